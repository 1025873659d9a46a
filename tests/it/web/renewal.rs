//! Certificates and users change without a restart, and a mistake changes nothing.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::*;

/// The state of the configuration as a series has it.
fn state(address: SocketAddr, options: &[&str]) -> Option<f64> {
    let scrape = curl("https", address, "/metrics", options);
    let (_, body) = scrape.response.split_once("\r\n\r\n")?;
    Scrape::parse(body).value("plimsoll_web_config_last_reload_successful", &[])
}

#[test]
fn certificates_and_users_change_under_load() {
    let (aws, old, new) = (aws(), Authority::new("old"), Authority::new("new"));
    let folder = Folder::new(&format!("{TLS}{}", users()));
    folder.certified("server", &old.server());
    folder.0.write("old.crt", &old.pem);
    folder.0.write("new.crt", &new.pem);
    folder.0.write("both.crt", &format!("{}{}", old.pem, new.pem));
    let exporter = folder.launch(&aws).start();
    let address = exporter.address();
    let authority = |name: &str| text(&folder.path(&format!("{name}.crt"))).to_owned();
    let status =
        |name: &str, user: &str| curl("https", address, "/-/healthy", &["--cacert", &authority(name), "--user", user]);
    assert_eq!(status("old", USER).status, 200);
    assert_eq!(status("new", USER).status, 0);

    let (is_over, served) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let answer = status("both", USER);
                    assert_eq!(answer.status, 200, "{answer:?}");
                    served.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        folder.certified("server", &new.server());
        folder.0.write("web.yml", &format!("{TLS}basic_auth_users: {{prometheus: {HASH}, bob: {HASH}}}\n"));
        wait_for("the new certificate", SOON, || (status("new", USER).status == 200).then_some(()));
        wait_for("the new user", SOON, || (status("new", "bob:fakepassword").status == 200).then_some(()));
        assert_eq!(status("old", USER).status, 0);
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(served.load(Ordering::Relaxed) > 0);

    folder.0.write("web.yml", &format!("{TLS}{}", users()));
    wait_for("the user to be gone", SOON, || (status("new", "bob:fakepassword").status == 401).then_some(()));
}

#[test]
fn a_mistake_in_a_new_file_changes_nothing_and_is_shown() {
    let (aws, authority) = (aws(), Authority::new("server"));
    let good = format!("{TLS}{}", users());
    let folder = Folder::new(&good);
    let (first, second) = (authority.server(), authority.server());
    folder.certified("server", &first);
    let ca = folder.0.write("ca.crt", &authority.pem);
    let exporter = folder.launch(&aws).start();
    let options = ["--cacert", text(&ca), "--user", USER];
    let expect = |what: &str, expected: f64| {
        wait_for(what, SOON, || (state(exporter.address(), &options) == Some(expected)).then_some(()));
    };
    expect("the start", 1.0);
    for (what, web, message) in [
        ("an unknown key", format!("{good}x: 1\n"), "`x` is not a key of this file"),
        ("a file that was emptied", String::new(), "cannot come or go while plimsoll runs"),
        ("users that were deleted", TLS.to_owned(), "`basic_auth_users` cannot become empty"),
        ("a file that cannot be parsed", "a: [".to_owned(), "not valid YAML"),
    ] {
        folder.0.write("web.yml", &web);
        expect(what, 0.0);
        assert!(exporter.log().contains(message), "{what}: {}", exporter.log());
        folder.0.write("web.yml", &good);
        expect("a good file again", 1.0);
    }
    folder.0.write("server.key", &second.key);
    expect("the key of another certificate", 0.0);
    folder.0.write("server.crt", &second.certificate);
    expect("its certificate, too", 1.0);
}
