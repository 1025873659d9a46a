//! No password, hash or key is in a log, a series, a page or an error.

use super::*;

const PASSWORD: &str = "fakepassword";

/// A line in the middle of a key or certificate in PEM.
fn body(pem: &str) -> String {
    pem.lines().nth(1).unwrap().to_owned()
}

#[test]
fn no_secret_of_the_web_configuration_is_shown() {
    let (aws, authority) = (aws(), Authority::new("server"));
    let good = format!("{TLS}{}", users());
    let folder = Folder::new(&good);
    let server = authority.server();
    folder.certified("server", &server);
    let ca = folder.0.write("ca.crt", &authority.pem);
    // The middle of the hash, and what `Authorization` holds of the right and of a wrong password.
    let hash = HASH.get(10..40).unwrap().to_owned();
    let fields = ["cHJvbWV0aGV1czpmYWtlcGFzc3dvcmQ", "cHJvbWV0aGV1czpodW50ZXIy"].map(str::to_owned);
    let secrets = [[hash, body(&server.key), PASSWORD.to_owned(), "hunter2".to_owned()].as_slice(), &fields].concat();

    let exporter = folder.launch(&aws).arg("--log.level").arg("trace").start();
    let get =
        |path: &str, user: &str| curl("https", exporter.address(), path, &["--cacert", text(&ca), "--user", user]);
    let check = |what: &str, shown: &str| {
        let found = secrets.iter().find(|secret| shown.contains(secret.as_str()));
        assert_eq!(found, None, "{what}");
    };
    wait_for("plimsoll to be ready", SOON, || (get("/-/ready", USER).status == 200).then_some(()));
    for path in ["/metrics", "/", "/resources/orders", "/api/v1/resources", "/nothing"] {
        check(path, &get(path, USER).response);
        check(path, &get(path, "prometheus:hunter2").response);
    }
    let (key, inline) = (server.key.replace('\n', "\n    "), HASH);
    for web in [
        format!("{TLS}basic_auth_users: {{prometheus: [{inline}]}}\n"),
        format!("{TLS}basic_auth_users: {{prometheus: x{inline}}}\n"),
        format!("{TLS}basic_auth_users: {inline}\n"),
        format!("tls_server_config:\n  cert: |\n    {key}\n  key: |\n    {key}\n{}", users()),
        format!("{good} - {inline}\n"),
    ] {
        folder.0.write("web.yml", &web);
        let mut command = Launch::against("http://localhost:1").command();
        let checked = command.args(["check", "--web.config.file"]).arg(folder.path("web.yml")).output().unwrap();
        assert_eq!(checked.status.code(), Some(1), "{web}");
        check("an error", &String::from_utf8_lossy(&checked.stderr));
    }
    wait_for("the last file to be refused", SOON, || {
        exporter.log().contains("the previous web configuration stays in effect").then_some(())
    });
    check("the log", &exporter.log());
}
