//! Durability proven: clients of all dialects write down what they do and hear while the server is
//! killed, its disk fails and its clock jumps, and a checker looks at the whole history afterwards.

mod checker;
mod client;
mod clock;
mod disk;
mod ears;
mod event;
mod kills;
mod mouths;
mod mutations;
mod parting;
mod power;
mod random;
mod run;
pub mod strace;
mod synced;
mod tongues;
mod trace;
mod world;
