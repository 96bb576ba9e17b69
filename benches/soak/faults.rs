//! What breaks, and when.
//!
//! Restarts would hide what grows in a process. So they come in the first quarter and at the very
//! end; in between one process lives through everything that befalls its clients.

use std::{collections::VecDeque, time::Duration};

use crate::{
    scale::Scale,
    server::Server,
    world::{Befalls, Blow, World},
};

#[derive(Clone, Copy)]
pub enum Fault {
    Kill,
    Terminate,
    Reset,
    Stop,
}

/// Of so many clients one is cut off, and one is stopped.
const RESET_ONE_OF: usize = 3;
const STOP_ONE_OF: usize = 10;

/// Without restarts until here.
const QUARTER: f64 = 0.25;
const END: f64 = 0.95;

/// All that will happen, in order.
pub fn plan(scale: &Scale) -> VecDeque<(Duration, Fault)> {
    let early = [Fault::Kill, Fault::Reset, Fault::Terminate, Fault::Stop];
    let (quarter, end) = (scale.total.mul_f64(QUARTER), scale.total.mul_f64(END));
    let mut plan = VecDeque::new();
    let mut at = scale.fault / 2;
    while at < end {
        let turn = plan.len();
        plan.push_back(if at < quarter {
            (at, early[turn % early.len()])
        } else {
            (at, if turn.is_multiple_of(2) { Fault::Reset } else { Fault::Stop })
        });
        at += if at < quarter { scale.fault / 2 } else { scale.fault };
    }
    plan.push_back((scale.total.mul_f64(0.96), Fault::Kill));
    plan.push_back((scale.total.mul_f64(0.98), Fault::Terminate));
    plan
}

impl Fault {
    pub fn name(self) -> &'static str {
        match self {
            Fault::Kill => "kill",
            Fault::Terminate => "SIGTERM",
            Fault::Reset => "resets",
            Fault::Stop => "stopped clients",
        }
    }

    /// Lets it happen for the `turn`th time; says what the server did wrong.
    pub async fn strike(self, turn: usize, world: &World, server: &mut Server) -> Option<String> {
        let blow = |what, of| {
            let _ = world.blows.send(Blow { what, of, remainder: turn % of }); // somebody listens
        };
        match self {
            Fault::Reset => blow(Befalls::Reset, RESET_ONE_OF),
            Fault::Stop => blow(Befalls::Stop(world.scale.stop), STOP_ONE_OF),
            Fault::Kill => {
                world.address.send_replace(None);
                server.kill().await;
                world.address.send_replace(Some(server.address));
            }
            Fault::Terminate => {
                world.address.send_replace(None);
                let complaint = server.stop().await;
                server.again().await;
                world.address.send_replace(Some(server.address));
                return complaint;
            }
        }
        None
    }
}
