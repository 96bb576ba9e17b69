//! The executable: hands the words of the command line to `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    salon::cli::run()
}
