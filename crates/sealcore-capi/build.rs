//! The name that the loader looks for. It changes with the version of the ABI, which cargo knows nothing of.

fn main() {
    println!("cargo::rerun-if-changed=src/version.rs");
    let source = std::fs::read_to_string("src/version.rs").unwrap_or_default();
    let version = source.lines().find_map(|line| {
        line.strip_prefix("pub const SEALCORE_ABI_VERSION: u32 = ")?
            .strip_suffix(';')
    });
    let Some(version) = version else {
        println!("cargo::error=src/version.rs states no SEALCORE_ABI_VERSION");
        return;
    };
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("windows") => {}
        Ok("macos") => println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libsealcore.{version}.dylib"),
        _ => println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libsealcore.so.{version}"),
    }
}
