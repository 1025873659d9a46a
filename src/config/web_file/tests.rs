//! Text of the file in, what is served or messages out.

use std::time::Duration;

use super::*;

/// The hash of `fakepassword`, from the toolkit's own source.
const HASH: &str = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

fn read(text: &str) -> WebFile {
    parse(text, "conf/web.yml").unwrap_or_else(|problems| panic!("{problems}"))
}

fn errors(text: &str) -> Vec<String> {
    let problems = parse(text, "web.yml").expect_err("an invalid file");
    problems.0.iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_in_the_toolkit_s_format_is_read() {
    let file = read(&format!(
        "tls_server_config:
  cert_file: server.crt
  key_file: /etc/plimsoll/server.key
  client_ca: |
    -----BEGIN CERTIFICATE-----
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus.example.com, 10.0.0.1]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: true
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
    X-XSS-Protection: ''
basic_auth_users:
  prometheus: {HASH}
  42: '{HASH}'
rate_limit: {{interval: 100ms, burst: 20}}
"
    ));
    let tls = file.tls.unwrap();
    assert_eq!(tls.certificate.source, Source::File("conf/server.crt".into()));
    assert_eq!(tls.key.source, Source::File("/etc/plimsoll/server.key".into()));
    assert_eq!((tls.min_version, tls.max_version), (Version::Tls12, Version::Tls13));
    assert_eq!((tls.suites, tls.groups, tls.prefers_own_order), (Some(vec![0xc02f]), Some(vec![29, 23]), false));
    let clients = tls.clients.unwrap();
    assert_eq!(clients.authorities.source, Source::Inline(Secret::new("-----BEGIN CERTIFICATE-----\n".to_owned())));
    assert!(clients.is_required);
    assert_eq!(clients.allowed_names.unwrap(), ["prometheus.example.com", "10.0.0.1"]);
    let headers: Vec<_> = file.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(headers, [("Strict-Transport-Security", "max-age=31536000"), ("X-Frame-Options", "deny")]);
    assert_eq!(file.users.keys().collect::<Vec<_>>(), ["42", "prometheus"]);
    assert_eq!(file.rate_limit, Some(RateLimit { interval: Duration::from_millis(100), burst: 20 }));
}

#[test]
fn what_is_left_out_is_off() {
    for text in ["", "# nothing\n", "tls_server_config:\n", "tls_server_config: {}\n", "rate_limit: {interval: 0}\n"] {
        assert_eq!(read(text), WebFile::default(), "{text}");
    }
}

#[test]
fn every_mistake_is_reported_in_one_run() {
    let text = format!(
        "tls_server_config:
  cert_file: a.crt
  cert: also inline
  client_auth_type: RequireAnyClientCert
  min_version: TLS10
  max_version: TLS14
  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]
  curve_preferences: [CurveP521]
  verify: true
http_server_config:
  http2: maybe
  headers: {{X-Frame-Options: allow, Server: plimsoll}}
basic_auth_users:
  bob: hunter2
  slow: {}
  'a:b': {HASH}
rate_limit: {{interval: 100ms}}
tls_server_configs: {{}}
",
        HASH.replace("$10$", "$17$")
    );
    assert_eq!(
        errors(&text),
        [
            "web.yml:2:3: `tls_server_config` has no `key_file`; TLS needs `cert_file` and `key_file`, or both inline",
            "web.yml:3:9: `tls_server_config.cert` stands beside its file; remove it or `tls_server_config.cert_file`",
            "web.yml:4:21: `tls_server_config.client_auth_type` does not verify certificates, so that anybody can make one; write RequireAndVerifyClientCert, or NoClientCert, which admits the same clients",
            "web.yml:5:16: `tls_server_config.min_version` has a version that RFC 8996 forbids and plimsoll does not have; write TLS12 or TLS13",
            "web.yml:6:16: `tls_server_config.max_version` has an unknown value; did you mean `TLS12`?",
            "web.yml:7:19: `tls_server_config.cipher_suites` has an unknown value; write one of: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "web.yml:8:23: `tls_server_config.curve_preferences` has an unknown value; did you mean `CurveP256`?",
            "web.yml:9:3: `tls_server_config.verify` is not a key of this file; write one of: cert_file, cert, key_file, key, client_ca_file, client_ca, client_allowed_sans, client_auth_type, min_version, max_version, cipher_suites, curve_preferences, prefer_server_cipher_suites",
            "web.yml:11:10: `http_server_config.http2` has the wrong type; write `true` or `false`",
            "web.yml:12:30: `http_server_config.headers.X-Frame-Options` has an unknown value; write one of: deny, sameorigin",
            "web.yml:12:37: `http_server_config.headers.Server` is not a key of this file; write one of: Content-Security-Policy, Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, X-XSS-Protection",
            "web.yml:14:8: `basic_auth_users.bob` is no bcrypt hash; write the output of `htpasswd -nBC 10 \"\" | tr -d ':\\n'` in quotes",
            "web.yml:15:9: `basic_auth_users.slow` has a hash of cost 17; make one of cost 4 to 14",
            "web.yml:16:10: `basic_auth_users.a:b` is no user name; write 1 to 256 bytes without a colon",
            "web.yml:17:13: `rate_limit` has no burst that lets a request pass; write `burst` from 1 to 100000",
            "web.yml:18:1: `tls_server_configs` is not a key of this file; did you mean `tls_server_config`?",
        ]
    );
}

#[test]
fn a_certificate_of_clients_is_demanded_in_full_or_not_at_all() {
    let check = |more: &str, expected: &str| {
        let text = format!("tls_server_config:\n  cert_file: a\n  key_file: b\n{more}");
        let errors = errors(&text);
        assert!(errors.len() == 1 && errors[0].contains(expected), "{errors:?}");
    };
    check("  client_ca_file: ca\n", "does not use `client_ca_file`");
    check("  client_auth_type: RequireAndVerifyClientCert\n", "needs authorities");
    check("  client_auth_type: VerifyClientCertIfGiven\n", "needs authorities");
    check("  client_allowed_sans: [a]\n", "has no effect on clients without a certificate");
    check("  min_version: TLS13\n  max_version: TLS12\n", "swap them");
    check("  client_auth_type: RequireAndVerifyClientCert\n  client_ca: x\n  client_allowed_sans: []\n", "0 entries");
}

#[test]
fn no_message_shows_a_value() {
    let hash = format!("{HASH}x");
    for text in [
        format!("basic_auth_users: {{bob: [{hash}]}}"),
        format!("basic_auth_users: {{bob: '{hash}'}}"),
        format!("basic_auth_users: '{hash}'"),
        format!("basic_auth_users:\n  bob: {hash}\n bad: indent\n"),
        format!("basic_auth_users:\n  bob: {hash}\n  bob: {hash}\n"),
        format!("basic_auth_users:\n  bob: *{hash}\n"),
        format!("tls_server_config: {{key: {{a: '{hash}'}}, min_version: '{hash}', cipher_suites: ['{hash}']}}"),
        format!("http_server_config: {{http2: '{hash}', headers: {{X-Frame-Options: '{hash}'}}}}"),
        format!("rate_limit: {{interval: '{hash}', burst: '{hash}'}}"),
        hash.clone(),
    ] {
        let errors = errors(&text);
        assert!(!errors.is_empty() && errors.iter().all(|error| !error.contains("QOauh")), "{errors:?}");
    }
    let file = read(&format!("basic_auth_users: {{bob: {HASH}}}\ntls_server_config: {{key: QOauh, cert: QOauh}}"));
    assert!(!format!("{file:?}").contains("QOauh"));
}

#[test]
fn a_syntax_error_is_shown_with_its_line() {
    assert_eq!(
        errors("basic_auth_users:\n  bob: x\n  bob: y\n"),
        [
            "web.yml:3:3: `bob` stands here for the second time; correct this first: the rest of the file is checked after that"
        ]
    );
    let not_closed = errors("a: 1\nb: 'x\n");
    assert!(not_closed.len() == 1 && not_closed[0].contains("not valid YAML here or shortly before"), "{not_closed:?}");
}
