//! The file that holds a lease, on a volume that two replicas share.
//!
//! It is replaced in one step and opened anew for each reading, so that NFS clients see what the other one has written
//! (close-to-open consistency).
//!
//! <https://www.kernel.org/doc/html/latest/admin-guide/nfs/nfs-client.html>

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use crate::plan::LeaseRecord;

/// What it begins with: format and version.
const FORMAT: &str = "plimsoll-lease 1";

/// The most of it that is read: a record has less than 200 bytes.
const MAX_BYTES: u64 = 1024;

/// A lease file by its path, which must not be that of any other file.
#[derive(Debug, Clone)]
pub struct LeaseFile {
    path: PathBuf,
    /// The file that is written first; each replica has its own.
    temporary: PathBuf,
}

impl LeaseFile {
    /// The file of a path, for the replica of that name.
    #[must_use]
    pub fn new(path: PathBuf, replica: &str) -> Self {
        let mut temporary = path.clone().into_os_string();
        temporary.push(format!(".{replica}"));
        Self { path, temporary: temporary.into() }
    }

    /// What it holds; `None` if there is none.
    ///
    /// # Errors
    /// The operating system refuses it, or it is no lease file, which is never replaced.
    pub fn read(&self) -> io::Result<Option<LeaseRecord>> {
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut text = String::new();
        file.take(MAX_BYTES).read_to_string(&mut text)?;
        let foreign = || io::Error::new(io::ErrorKind::InvalidData, "it is no lease file of this version of plimsoll");
        Ok(Some(record(&text).ok_or_else(foreign)?))
    }

    /// Replaces it.
    ///
    /// # Errors
    /// The operating system refuses it.
    pub fn write(&self, record: &LeaseRecord) -> io::Result<()> {
        let mut file = File::create(&self.temporary)?;
        writeln!(file, "{FORMAT} {} {}", record.renewals, record.holder)?;
        // The other replica must see it, not a later start: a crash of the machine ends the lease anyway.
        drop(file);
        fs::rename(&self.temporary, &self.path)
    }

    /// Removes it, so that the other replica need not wait.
    ///
    /// # Errors
    /// The operating system refuses it.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

fn record(text: &str) -> Option<LeaseRecord> {
    let (renewals, holder) = text.strip_prefix(FORMAT)?.strip_prefix(' ')?.strip_suffix('\n')?.split_once(' ')?;
    Some(LeaseRecord { holder: holder.to_owned(), renewals: renewals.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_another_file_is_neither_read_nor_replaced() {
        let folder = std::env::temp_dir().join(format!("plimsoll-lease-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = LeaseFile::new(folder.join("lease"), "a");
        assert_eq!(file.read().unwrap(), None);
        let written = LeaseRecord { holder: "a/1".to_owned(), renewals: 3 };
        file.write(&written).unwrap();
        assert_eq!(file.read().unwrap(), Some(written));
        file.remove().unwrap();
        fs::write(folder.join("lease"), "precious").unwrap();
        assert!(file.read().is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
