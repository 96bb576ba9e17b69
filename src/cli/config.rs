//! Where options come from: a flag, the environment, a file, the option's own default, in that order.
//!
//! What always holds: an option is written once, among those of `serve`. Its name in the file is its
//! flag's, and what the file says is checked as if it were said there. One that is a secret can also
//! stand in a file of its own (`--NAME-file`), or be a credential that systemd hands over.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use clap::{
    Arg, ArgAction, ArgMatches, Command, CommandFactory, Error, FromArgMatches, error::ErrorKind,
    parser::ValueSource,
};

use super::Cli;

/// A file of options, or of one secret, has at most so many bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// What the command line, the environment and the files come to.
pub(super) struct Options {
    pub(super) cli: Cli,
    pub(super) given: Given,
}

/// Where each option comes from.
pub(super) struct Given {
    /// As the innermost word has them.
    matches: ArgMatches,
    /// What files say, by the options' names.
    filed: Filed,
}

/// What stands in files: an option's name, its values, and in which file.
type Filed = BTreeMap<String, (Vec<String>, PathBuf)>;

/// Reads all of it; ends the process when something is wrong, or only help is wanted.
pub(super) fn read() -> Options {
    let command = with_secret_files(Cli::command());
    let matches = command.clone().get_matches();
    settle(command, &matches).unwrap_or_else(|error| error.exit())
}

/// What the files say become the options' defaults: flags and the environment go before them.
fn settle(command: Command, given: &ArgMatches) -> Result<Options, Error> {
    let mut filed = match given.get_one::<PathBuf>("config") {
        Some(path) => options_in(path, &command)?,
        None => Filed::new(),
    };
    for secret in command.get_arguments().filter(|arg| is_secret(arg)) {
        find_secret(secret, innermost(given), &mut filed)?;
    }
    let matches = with_defaults(command, &filed).try_get_matches().map_err(|error| {
        // without the files all was well
        let files: Vec<_> = filed.values().map(|(_, path)| path.display().to_string()).collect();
        let text = error.to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        wrong(files.first().map_or("", String::as_str), text.lines().next().unwrap_or_default())
    })?;
    let cli = Cli::from_arg_matches(&matches)?;
    Ok(Options { cli, given: Given { matches: innermost(&matches).clone(), filed } })
}

fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| innermost(inner))
}

/// What can be said in the environment can be said in the file.
fn is_setting(arg: &Arg) -> bool {
    arg.get_env().is_some() && arg.get_id() != "config"
}

/// An option's value in the environment is not shown.
fn is_secret(arg: &Arg) -> bool {
    arg.is_hide_env_values_set()
}

fn name(arg: &Arg) -> &str {
    arg.get_long().unwrap_or_default()
}

fn wrong(file: impl std::fmt::Display, why: impl std::fmt::Display) -> Error {
    Error::raw(ErrorKind::ValueValidation, format!("{file}: {why}\n"))
}

/// Every secret also has an option that names the file it stands in.
fn with_secret_files(command: Command) -> Command {
    let secrets = command.get_arguments().filter(|arg| is_secret(arg));
    let files: Vec<_> = secrets
        .map(|secret| {
            let variable = secret.get_env().unwrap_or_default().to_string_lossy();
            Arg::new(format!("{}_file", secret.get_id()))
                .long(format!("{}-file", name(secret)))
                .env(format!("{variable}_FILE"))
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .help(format!("The file that --{} stands in, alone", name(secret)))
        })
        .collect();
    command.args(files).mut_subcommands(with_secret_files)
}

fn with_defaults(command: Command, filed: &Filed) -> Command {
    command
        .mut_args(|arg| match filed.get(name(&arg)) {
            Some((values, _)) if is_setting(&arg) => arg.default_values(values.clone()),
            _ => arg,
        })
        .mut_subcommands(|inner| with_defaults(inner, filed))
}

/// The options that a file holds, one `name = value` each.
fn options_in(path: &Path, command: &Command) -> Result<Filed, Error> {
    let shown = &path.display();
    let text = content(path)?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        // not the line itself: it may hold a secret
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        wrong(format!("{shown}:{line}"), error.message())
    })?;
    let settings: Vec<&Arg> = command.get_arguments().filter(|arg| is_setting(arg)).collect();
    let mut filed = Filed::new();
    for (key, value) in table {
        let Some(arg) = settings.iter().find(|arg| name(arg) == key) else {
            let nearest = settings
                .iter()
                .map(|arg| name(arg))
                .max_by(|one, other| strsim::jaro(one, &key).total_cmp(&strsim::jaro(other, &key)));
            let nearest = nearest.unwrap_or_default();
            return Err(wrong(shown, format!("there is no \"{key}\"; is \"{nearest}\" meant?")));
        };
        let is_list = matches!(arg.get_action(), ArgAction::Append);
        let values = if let (true, Some(list)) = (is_list, value.as_array()) {
            list.iter().cloned().map(word).collect()
        } else {
            word(value).map(|word| vec![word])
        };
        let values = values.ok_or_else(|| {
            let kind = if is_list { "a list of texts" } else { "a text, a number, true or false" };
            wrong(shown, format!("\"{key}\" is not {kind}"))
        })?;
        if !values.is_empty() {
            filed.insert(key, (values, path.to_owned()));
        }
    }
    Ok(filed)
}

/// A value as it would be written after a flag.
fn word(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(is_on) => Some(if is_on { "on" } else { "off" }.into()),
        toml::Value::Float(_)
        | toml::Value::Datetime(_)
        | toml::Value::Array(_)
        | toml::Value::Table(_) => None,
    }
}

/// Takes a secret out of the file that is named for it, or else out of systemd's credentials.
fn find_secret(secret: &Arg, given: &ArgMatches, filed: &mut Filed) -> Result<(), Error> {
    let id = format!("{}_file", secret.get_id());
    let name = name(secret);
    let Ok(named) = given.try_get_one::<PathBuf>(&id) else { return Ok(()) }; // not of this word
    let in_config = filed.get(&format!("{name}-file")).cloned();
    let is_given = given.value_source(secret.get_id().as_str()).is_some();
    let path = match (named, in_config) {
        (Some(path), _) if is_given => {
            return Err(wrong(path.display(), format!("--{name} is given as well; give one")));
        }
        (None, Some((_, config))) if filed.contains_key(name) => {
            return Err(wrong(config.display(), format!("holds {name} and {name}-file; keep one")));
        }
        (Some(path), _) => path.clone(),
        (None, Some((values, _))) => values.concat().into(),
        (None, None) => {
            let folder = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
            match folder.map(|folder| folder.join(name)).filter(|path| path.exists()) {
                Some(path) if !filed.contains_key(name) => path,
                _ => return Ok(()),
            }
        }
    };
    let held = content(&path)?;
    let held = held.trim_end_matches(['\r', '\n']);
    if held.is_empty() {
        return Err(wrong(path.display(), "is empty"));
    }
    filed.insert(name.to_owned(), (vec![held.to_owned()], path));
    Ok(())
}

fn content(path: &Path) -> Result<String, Error> {
    let failed = |error: std::io::Error| wrong(path.display(), error);
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(wrong(path.display(), "is too long"));
    }
    Ok(text)
}

/// All options as a file that says nothing yet.
pub(super) fn example() -> String {
    let mut text =
        "# Options of `salon`, for --config: flags and the environment go before them.\n"
            .to_owned();
    let command = with_secret_files(Cli::command());
    for arg in command.get_arguments().filter(|arg| is_setting(arg)) {
        let default: Vec<&OsStr> =
            arg.get_default_values().iter().map(|one| one.as_ref()).collect();
        text += &entry(arg, &default, false);
    }
    text
}

impl Given {
    /// How all options are set, as a file of them, with where each comes from; secrets are left out.
    pub(super) fn effective(&self) -> String {
        let mut text = "# How `salon` is set here: a file for --config.\n".to_owned();
        self.each(|arg, values, from| {
            let Some(from) = from else {
                text += &entry(arg, values, false);
                return;
            };
            if is_secret(arg) {
                text += &format!("\n# {} ({from}) is set, and not shown\n", name(arg));
            } else {
                text += &format!("\n# {from}{}", entry(arg, values, true));
            }
        });
        text
    }

    /// The files that hold secrets.
    pub(super) fn secret_files(&self) -> Vec<PathBuf> {
        let command = with_secret_files(Cli::command());
        let secrets = command.get_arguments().filter(|arg| is_secret(arg));
        let found = secrets.filter_map(|arg| self.filed.get(name(arg)));
        found.map(|(_, path)| path.clone()).collect()
    }

    fn each(&self, mut show: impl FnMut(&Arg, &[&OsStr], Option<String>)) {
        let command = with_secret_files(Cli::command());
        for arg in command.get_arguments().filter(|arg| is_setting(arg)) {
            let id = arg.get_id().as_str();
            let values = self.matches.try_get_raw(id).ok().flatten();
            let values: Vec<_> = values.into_iter().flatten().collect();
            let from = match (self.matches.value_source(id), self.filed.get(name(arg))) {
                (Some(ValueSource::CommandLine), _) => Some(format!("--{}", name(arg))),
                (Some(ValueSource::EnvVariable), _) => {
                    arg.get_env().map(|variable| variable.to_string_lossy().into_owned())
                }
                (_, Some((_, path))) => Some(path.display().to_string()),
                _ => None,
            };
            show(arg, &values, from);
        }
    }
}

/// An option as it stands in a file: what it is, then its value; a remark if it `is_set` nowhere.
fn entry(arg: &Arg, values: &[&OsStr], is_set: bool) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help.replace(" (repeatable)", "");
    let quoted: Vec<_> = values.iter().map(|value| quoted(&value.to_string_lossy())).collect();
    let value = match quoted.as_slice() {
        values if matches!(arg.get_action(), ArgAction::Append) => {
            format!("[{}]", values.join(", "))
        }
        [value] => value.clone(),
        _ => format!("\"{}\"", arg.get_value_names().map_or("…", |names| names[0].as_str())),
    };
    let remark = if is_set { "" } else { "# " };
    format!("\n# {help}\n{remark}{} = {value}\n", name(arg))
}

fn quoted(text: &str) -> String {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => text.to_owned(),
        _ => toml::Value::String(text.to_owned()).to_string(),
    }
}
