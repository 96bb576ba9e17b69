//! HTTPS by the program itself, spoken to by real TLS clients.

mod acme;
mod connections;
mod files;
mod redirect;
