//! curl, as operators have it.

use std::net::SocketAddr;
use std::path::Path;

use super::tools::bare;

/// When curl gives up, far beyond what a request takes.
const SECONDS: &str = "30";

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Curl {
    /// 0, or the reason why there is no response: man 1 curl, "EXIT CODES".
    pub(crate) exit_code: i32,
    /// 0 if there is no response.
    pub(crate) status: u16,
    /// Head and body.
    pub(crate) response: String,
}

/// Requests `scheme://address/path` with further options.
pub(crate) fn curl(scheme: &str, address: SocketAddr, path: &str, options: &[&str]) -> Curl {
    let mut command = bare("curl");
    command.args(["--silent", "--show-error", "--noproxy", "*", "--include", "--max-time", SECONDS]);
    command.args(["--write-out", "\n%{http_code}"]).args(options).arg(format!("{scheme}://{address}{path}"));
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (response, status) = text.rsplit_once('\n').unwrap_or_default();
    let exit_code = output.status.code().unwrap_or(-1);
    Curl { exit_code, status: status.parse().unwrap_or_default(), response: response.to_owned() }
}

/// A path as an option.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
