//! A process that forks while a signer is open, as servers do that start their workers so.

use sealcore::error::ErrorKind;
use sealcore_soft_module::{SM2_MECHANISM, State};

use crate::rig::{Rig, SEALING, refused};

/// Forking a process with other threads may hang: the test has one of its own.
#[test]
fn in_a_process_of_its_own() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--test-threads=1", "fork::both_sides_sign"])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && out.contains("1 passed"), "{out}{child:?}");
}

#[test]
#[ignore = "run by in_a_process_of_its_own"]
fn both_sides_sign() {
    let rig = Rig::new();
    let (path, query) = (
        format!("pkcs11:object={SEALING}"),
        format!("&x-sm2-mechanism={SM2_MECHANISM}"),
    );
    let signer = rig.open_with(&path, &query, rig.options()).unwrap();
    let others = [format!("skf:container={SEALING}"), "sdf:key=1".to_owned()];
    let before: Vec<_> = others.iter().map(|path| rig.open(path).unwrap()).collect();
    let open = rig.open_handles();
    // SAFETY: the child runs on this thread alone, and leaves by _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // The module's copy is logged in as the parent is; that opens it to nobody with another PIN.
            let mut wrong = rig.options();
            wrong.pin = Some("wrong-pin-1".into());
            assert_eq!(refused(rig.open_with(&path, &query, wrong)).kind(), ErrorKind::Password);
            // The signer finds the module initialised by another process, and opens its key anew.
            rig.seals(&*signer);
            rig.seals(&*rig.open_with(&path, &query, rig.options()).unwrap());
            drop(signer);
            // What the parent has open was not closed.
            assert_eq!(State::open_handles(rig.folder()), 1);
            // The other interfaces' signers are refused, lost or not, and their keys can be opened anew.
            rig.replug();
            for (path, signer) in others.iter().zip(before) {
                let error = refused(signer.sign_digest(&[7; 32]));
                assert_eq!(error.kind(), ErrorKind::Device);
                assert!(error.to_string().contains("forked"), "{error}");
                rig.seals(&*rig.open(path).unwrap());
                drop(signer);
            }
            assert_eq!(State::open_handles(rig.folder()), open);
        }));
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(i32::from(done.is_err())) };
    }
    let mut status = 0;
    // SAFETY: the child is this process's own.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0);
    rig.seals(&*signer);
    drop(signer);
    before.iter().for_each(|signer| rig.seals(&**signer));
    drop(before);
    assert_eq!(rig.open_handles(), 0);
}
