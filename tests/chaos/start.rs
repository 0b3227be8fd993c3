//! If the local cloud cannot start, it reports the reason in one clear line, and its exit code is not zero.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

/// Starts it with a port and a data folder that cannot be used, and returns its output.
fn refused(port: u16, folder: &Path) -> String {
    let output = Command::new(super::program())
        .args(["--port", &port.to_string(), "--data"])
        .arg(folder)
        .stdout(Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_busy_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    assert!(refused(port, folder.path()).contains(&format!("port {port} is busy")));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let folder = file.path().join("data");
    assert!(refused(0, &folder).contains(&folder.display().to_string()));
}

#[test]
fn damaged_data_is_named_and_left_alone() {
    for name in ["dynamodb.sqlite", "sqs.sqlite", "secrets.json"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let damaged = "this is no database and no JSON either".repeat(20);
        fs::write(&path, &damaged).unwrap();
        let said = refused(0, folder.path());
        assert!(said.contains(&folder.path().display().to_string()), "{said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
    }
}
