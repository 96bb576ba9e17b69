//! Who may do what, once more and independent of the program: what a call or an action comes to, by
//! who tries it and where.

/// Somebody who tries. All things are Olga's, the owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Without a token.
    Anonymous,
    /// Olga's, of a time that is over.
    Expired,
    /// Olga's, of a session that has ended.
    Revoked,
    /// A member, until they were banned.
    Banned,
    /// Somebody with an account.
    Stranger,
    /// Was a member once.
    Former,
    /// Is in both rooms, has a direct with Olga and plays with her.
    Member,
    /// The same without the game, and Olga blocks them.
    Parted,
    /// Olga.
    Owner,
    /// Runs the server, and is in none of these conversations.
    Admin,
}

impl Actor {
    pub const ALL: [Self; 10] = [
        Self::Anonymous,
        Self::Expired,
        Self::Revoked,
        Self::Banned,
        Self::Stranger,
        Self::Former,
        Self::Member,
        Self::Parted,
        Self::Owner,
        Self::Admin,
    ];

    /// Whether they show nothing that counts.
    pub fn is_nobody(self) -> bool {
        self <= Self::Banned
    }
}

/// Where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A private room of Olga's.
    Vault,
    /// A public one.
    Plaza,
    /// Her direct with the member.
    Direct,
    /// Her direct with whom she blocks.
    Parted,
}

impl Spot {
    pub const ALL: [Self; 4] = [Self::Vault, Self::Plaza, Self::Direct, Self::Parted];

    fn is_room(self) -> bool {
        matches!(self, Self::Vault | Self::Plaza)
    }

    fn holds(self, actor: Actor) -> bool {
        match actor {
            Actor::Owner => true,
            Actor::Member => self != Self::Parted,
            Actor::Parted => self != Self::Direct,
            Actor::Anonymous
            | Actor::Expired
            | Actor::Revoked
            | Actor::Banned
            | Actor::Stranger
            | Actor::Former
            | Actor::Admin => false,
        }
    }
}

/// What it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    May,
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
}

impl Expected {
    pub fn code(self) -> &'static str {
        match self {
            Self::May => "",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
        }
    }
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Anybody.
    Open,
    /// Whoever is signed in; what it touches is their own, or everyone's.
    SignedIn,
    /// Whose it is; to others it is not there.
    Owns,
    /// Whom it names.
    IsMeant,
    /// Who knows of the conversation.
    Knows,
    /// Its members.
    TakesPart,
    /// The same, in rooms alone.
    TakesPartInRoom,
    /// Its members; it is not there for anybody else.
    IsThere,
    /// Its members, unless a block parts the two.
    Writes,
    /// Who may write there, or come in to do so.
    Enters,
    /// Who may come in.
    Joins,
    /// The same by a name, of which everybody may learn that it is taken.
    EntersByName,
    /// Members of rooms.
    Leaves,
    /// Members of rooms.
    Adds,
    /// A room's owner, and administrators.
    Runs,
    /// A room's owner.
    Announces,
    /// The message's sender.
    Edits,
    /// The sender, and in rooms who runs them.
    Deletes,
    /// The same; in a direct both.
    Pins,
    /// Who may write there, but the sender.
    Likes,
    /// The sender.
    SeesVersions,
    /// Who can read it, but the sender.
    Reports,
    /// Members; it is not there for anybody else.
    ReadsFile,
    /// Whom no block parts from Olga.
    Reaches,
    /// Who has a direct with Olga.
    HasDirect,
    /// Both players.
    Plays,
    /// Who organises it, and administrators.
    Organises,
    /// Administrators.
    Administers,
    /// Nobody: there is nothing to answer.
    Nobody,
}

impl Rule {
    /// Where it is asked.
    pub fn spots(self) -> &'static [Spot] {
        match self {
            Self::Enters | Self::EntersByName | Self::TakesPartInRoom => {
                &[Spot::Vault, Spot::Plaza]
            }
            Self::Open
            | Self::SignedIn
            | Self::Owns
            | Self::IsMeant
            | Self::Reaches
            | Self::HasDirect
            | Self::Plays
            | Self::Organises
            | Self::Administers
            | Self::Nobody => &[Spot::Vault],
            Self::Knows
            | Self::TakesPart
            | Self::IsThere
            | Self::Writes
            | Self::Joins
            | Self::Leaves
            | Self::Adds
            | Self::Runs
            | Self::Announces
            | Self::Edits
            | Self::Deletes
            | Self::Pins
            | Self::Likes
            | Self::SeesVersions
            | Self::Reports
            | Self::ReadsFile => &Spot::ALL,
        }
    }

    /// What it comes to for somebody.
    pub fn of(self, actor: Actor, spot: Spot) -> Expected {
        use Expected::{Conflict, Forbidden, May, NotFound, Unauthorized};
        let (is_owner, is_admin) = (actor == Actor::Owner, actor == Actor::Admin);
        let only = |may: bool, otherwise| if may { May } else { otherwise };
        if self == Self::Open {
            return May;
        }
        if actor.is_nobody() {
            return Unauthorized;
        }
        let inside = spot.holds(actor);
        let is_known = inside || spot == Spot::Plaza || (spot == Spot::Vault && is_admin);
        let takes_part = match (is_known, inside) {
            (false, _) => NotFound,
            (true, false) => Forbidden,
            (true, true) => May,
        };
        let writes = if takes_part == May && spot == Spot::Parted { Forbidden } else { takes_part };
        let joins = if takes_part == Forbidden && spot == Spot::Plaza { May } else { takes_part };
        let and = |first, may: bool| if first == May { only(may, Forbidden) } else { first };
        match self {
            Self::Open | Self::SignedIn => May,
            Self::Owns => only(is_owner, NotFound),
            Self::IsMeant => only(is_owner, Forbidden),
            Self::Knows => only(is_known, NotFound),
            Self::TakesPart | Self::TakesPartInRoom => takes_part,
            Self::IsThere | Self::ReadsFile => only(inside, NotFound),
            Self::Writes => writes,
            Self::Enters => {
                if inside {
                    writes
                } else {
                    joins
                }
            }
            Self::Joins => joins,
            Self::EntersByName if joins == NotFound => Conflict,
            Self::EntersByName => joins,
            Self::Leaves | Self::Adds => and(takes_part, spot.is_room()),
            Self::Runs if !is_known => NotFound,
            Self::Runs => only(spot.is_room() && (is_owner || is_admin), Forbidden),
            Self::Announces if !is_known => NotFound,
            Self::Announces => only(is_owner && spot.is_room(), Forbidden),
            Self::Edits => and(writes, is_owner),
            Self::Deletes if is_owner => takes_part,
            Self::Deletes if !is_known => NotFound,
            Self::Deletes => only(spot.is_room() && is_admin, Forbidden),
            Self::Pins => and(writes, is_owner || !spot.is_room()),
            Self::Likes | Self::Reports if is_owner => Forbidden,
            Self::Likes => writes,
            Self::Reports => takes_part,
            Self::SeesVersions => and(takes_part, is_owner),
            Self::Reaches => only(actor != Actor::Parted, Forbidden),
            Self::HasDirect => only(matches!(actor, Actor::Member | Actor::Parted), NotFound),
            Self::Plays => only(is_owner || actor == Actor::Member, NotFound),
            Self::Organises => only(is_owner || is_admin, Forbidden),
            Self::Administers => only(is_admin, Forbidden),
            Self::Nobody => NotFound,
        }
    }
}
