//! Packs the web client's files while Salon is built, as small as they can be made: that takes
//! seconds, which no visitor should wait for and no start should spend. The program looks them up
//! by what they hold (`http/packed.rs`), so that a file which is another one by then, under a debug
//! build, is never taken for what it was.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

#[path = "src/http/edition.rs"]
mod edition;

const FOLDER: &str = "assets";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/http/edition.rs");
    let variable = |name| env::var(name).map_err(io::Error::other);
    // A debug build serves the checkout as it is, and is not made anew for each change of a file.
    if variable("PROFILE")? == "release" {
        println!("cargo:rerun-if-changed={FOLDER}");
    }
    let mut files = BTreeMap::new();
    read(Path::new(FOLDER), &mut files)?;
    let edition::Edition { version, page, worker } = edition::Edition::of(&files, sha256);
    files.insert(edition::PAGE.to_owned(), page.into_bytes());
    files.insert(edition::WORKER.to_owned(), worker.into_bytes());

    let out = PathBuf::from(variable("OUT_DIR")?);
    let mut table = format!("// version {version}\n&[\n");
    for (number, file) in files.values().enumerate() {
        let brotli = out.join(format!("{number}.br"));
        fs::write(&brotli, brotli_of(file)?)?;
        let gzip = out.join(format!("{number}.gz"));
        fs::write(&gzip, gzip_of(file)?)?;
        table += &format!(
            "Packed {{ hash: {:?}, brotli: include_bytes!({brotli:?}), gzip: include_bytes!({gzip:?}) }},\n",
            sha256(file)
        );
    }
    fs::write(out.join("packed.rs"), table + "]\n")
}

fn read(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, files)?;
        } else if let Some(name) = path.strip_prefix(FOLDER).ok().and_then(Path::to_str) {
            files.insert(name.replace('\\', "/"), fs::read(&path)?);
        }
    }
    edition::leave_out(files);
    Ok(())
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn brotli_of(file: &[u8]) -> io::Result<Vec<u8>> {
    let mut small = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        size_hint: file.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*file, &mut small, &parameters)?;
    Ok(small)
}

fn gzip_of(file: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(file)?;
    encoder.finish()
}
