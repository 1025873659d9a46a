//! Reads and replaces the state file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::header::{self, HeaderError};
use super::section::{self, Section, SectionError};
use crate::scope::SavedScope;

/// The largest file that is read or written: a database with every metric takes about 800 bytes of it, so that 150,000 of
/// them fit.
const MAX_BYTES: u64 = 128 << 20;

/// Only plimsoll's user reads and writes it: it holds names and tags of databases, and levels come from it.
const MODE: u32 = 0o600;
/// Bits of others than owner and group. Kubernetes gives files of a volume to the group of the pod (`fsGroup`).
const READABLE_BY_OTHERS: u32 = 0o004;
const WRITABLE_BY_OTHERS: u32 = 0o002;

/// A state file by its path.
#[derive(Debug, Clone)]
pub struct StateFile {
    path: PathBuf,
}

/// The content of a state file.
#[derive(Debug)]
pub struct Loaded {
    /// Every scope in it.
    pub scopes: Vec<SavedScope<'static>>,
    /// Who else can read it.
    pub access: Access,
}

/// Who can read a state file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its owner, and perhaps its group.
    Private,
    /// Every user of the machine.
    Everybody,
}

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system refuses it.
    #[error("cannot read the file")]
    Io(#[from] io::Error),
    /// A directory, a pipe or a device.
    #[error("it is no regular file")]
    NotRegular,
    /// Anybody can have written it.
    #[error("every user of the machine can write to it")]
    WritableByOthers,
    /// It has more than [`MAX_BYTES`].
    #[error("it has {0} bytes, more than {MAX_BYTES}")]
    TooLarge(u64),
    /// It does not begin as a state file.
    #[error("it is no state file of plimsoll")]
    Foreign,
    /// Another version of plimsoll wrote it.
    #[error("its format has the version {0:?}, which this version of plimsoll does not read")]
    OtherVersion(String),
    /// A part of it is missing or was changed.
    #[error("it is damaged or cut off: its checksum is wrong")]
    Damaged,
    /// The checksum is right, but the content is not.
    #[error("its content is not that of this version of plimsoll")]
    Content(#[from] SectionError),
}

impl ReadError {
    /// What to do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Io(_) => "let plimsoll's user read the file and its directory",
            Self::NotRegular => "name a file in `[state] file`, in a directory that plimsoll may write to",
            Self::WritableByOthers => "check who wrote it, then `chmod 600` or delete it",
            Self::TooLarge(_) | Self::Foreign => "check the path in `[state] file`; plimsoll replaces the file",
            Self::OtherVersion(_) | Self::Content(_) => "nothing: plimsoll replaces the file after its first round",
            Self::Damaged => "check the disk if it happens again; plimsoll replaces the file after its first round",
        }
    }
}

impl From<HeaderError> for ReadError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Foreign => Self::Foreign,
            HeaderError::OtherVersion(version) => Self::OtherVersion(version),
            HeaderError::Damaged => Self::Damaged,
        }
    }
}

impl StateFile {
    /// The file of a path; it need not exist.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it; `None` if there is none yet.
    ///
    /// # Errors
    /// It cannot be used; plimsoll starts without it then.
    pub fn read(&self) -> Result<Option<Loaded>, ReadError> {
        // Checked before it is opened: to open a pipe waits for whoever writes to it.
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
            Ok(metadata) if !metadata.is_file() => return Err(ReadError::NotRegular),
            Ok(_) => {}
        }
        let file = File::open(&self.path)?;
        let metadata = file.metadata()?;
        let mode = metadata.permissions().mode();
        if mode & WRITABLE_BY_OTHERS != 0 {
            return Err(ReadError::WritableByOthers);
        }
        if metadata.len() > MAX_BYTES {
            return Err(ReadError::TooLarge(metadata.len()));
        }
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        let scopes = section::scopes(header::content(&bytes)?)?;
        let access = if mode & READABLE_BY_OTHERS == 0 { Access::Private } else { Access::Everybody };
        Ok(Some(Loaded { scopes, access }))
    }

    /// Replaces it with these scopes. Whatever happens meanwhile, the old or the new file is there and whole.
    ///
    /// # Errors
    /// It is larger than it may be, or the operating system refuses it; the old file stays.
    pub fn write(&self, sections: &[Section]) -> io::Result<()> {
        let content = || sections.iter().map(Section::bytes);
        let size: usize = content().map(<[u8]>::len).sum();
        if size as u64 > MAX_BYTES {
            return Err(io::Error::other(format!("the state has {size} bytes, more than {MAX_BYTES}")));
        }
        let (temporary, header) = (self.temporary()?, header::of(content()));
        let written = write_all(&temporary, std::iter::once(header.as_bytes()).chain(content()));
        written.and_then(|()| fs::rename(&temporary, &self.path)).inspect_err(|_| {
            // What is left over of a failed write fills the disk. Not to be able to delete it changes nothing.
            let _ = fs::remove_file(&temporary);
        })?;
        self.sync_directory()
    }

    /// The file that is written first, in the same directory, for only there it can replace the other in one step.
    ///
    /// The name is the same each time, so that what a killed process left over is replaced.
    fn temporary(&self) -> io::Result<PathBuf> {
        let name = self.path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(".new");
        Ok(self.path.with_file_name(temporary))
    }

    /// Makes the new name durable.
    fn sync_directory(&self) -> io::Result<()> {
        let directory = self.path.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory)?.sync_all()
    }
}

/// Writes a new file. What has its name is deleted and not written to: it may be a link to another file.
fn write_all<'a>(path: &Path, parts: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()
}
