//! What a register is made of, as far as rights go: who asks, and where things lie. And the texts that give a foreign
//! record away.

use std::collections::BTreeMap;

use kernel::vocabulary::Capacity;
use testkit::Client;

/// Where an organisation lies: itself, the city's four digits, the provincial unit that counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub organisation: String,
    pub city: &'static str,
    pub province: &'static str,
}

/// A role that is held today.
#[derive(Debug, Clone)]
pub struct Role {
    pub role: Capacity,
    /// Where; none for a role of the nation.
    pub seat: Option<Seat>,
}

/// What somebody proves who they are by.
pub enum Proof {
    /// A token with these scopes: a service or `*`, and whether it is good for recording.
    Token(Vec<(&'static str, bool)>),
    /// A browser's session.
    Session { cookie: String },
    /// Nothing that is good for anything: these headers.
    Nothing(Vec<(&'static str, String)>),
}

/// Somebody who asks.
pub struct Caller {
    pub name: &'static str,
    pub proof: Proof,
    pub client: Client,
    /// The account and the name under which it acts.
    pub account: String,
    pub agent: String,
    /// The person whose own record it opens: the entry that stands for them.
    pub person: Option<String>,
    /// The roles in force today, by what the world says of them.
    pub roles: Vec<Role>,
}

/// What operations act on.
#[derive(Debug, Clone, Default)]
pub struct Thing {
    /// Its kind, as the parameters of paths name it; `nothing` for operations about no single thing.
    pub kind: &'static str,
    /// For people who read a failure.
    pub label: String,
    /// What fills the parameters of paths, and the fields of bodies that name it.
    pub ids: BTreeMap<&'static str, String>,
    /// Within reach is what has one seat of every group within reach.
    pub groups: Vec<Vec<Seat>>,
    /// The person that it is about: the entry that stands for them.
    pub person: Option<String>,
    /// Whether that person is restricted or erased.
    pub closed: bool,
    /// Whether there is such a thing at all.
    pub exists: bool,
    /// Whether the id went into another one.
    pub former: bool,
    /// Other people whom it names by id: a roster, the members of a team.
    pub names: Vec<String>,
    /// The roles that an account holds today or later.
    pub holds: Vec<Capacity>,
    /// What a proposal proposes, the role it would grant, and the account that proposed it.
    pub proposes: &'static str,
    pub grants: Option<Capacity>,
    pub by: String,
}

/// A text that gives a record away to whoever may not see one of its owners.
#[derive(Debug, Clone)]
pub struct Canary {
    pub text: String,
    pub owners: Vec<String>,
    /// Whether it is only an id: that is named by whatever mentions its owner.
    pub is_id: bool,
}

/// A register with everything that can be asked for, and whoever asks.
#[derive(Default)]
pub struct Register {
    pub callers: Vec<Caller>,
    pub things: Vec<Thing>,
    pub canaries: Vec<Canary>,
}

impl Register {
    /// The things of a kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Thing> {
        self.things.iter().filter(move |thing| thing.kind == kind)
    }

    /// Plants a text in a record of these owners.
    pub fn plant(&mut self, text: impl Into<String>, owners: &[&str]) -> String {
        let text = text.into();
        let owners = owners.iter().map(|owner| (*owner).to_owned()).collect();
        self.canaries.push(Canary { text: text.clone(), owners, is_id: false });
        text
    }

    /// Minds an id as something that gives away that its owner exists.
    pub fn mind(&mut self, id: &str) {
        self.canaries.push(Canary { text: id.to_owned(), owners: vec![id.to_owned()], is_id: true });
    }
}

impl Thing {
    /// A thing of this kind and id that lies in these seats, one group.
    pub fn at(kind: &'static str, id: &str, label: impl Into<String>, seats: &[Seat]) -> Self {
        let ids = BTreeMap::from([(kind, id.to_owned())]);
        Self { kind, label: label.into(), ids, groups: vec![seats.to_vec()], exists: true, ..Self::default() }
    }

    /// Its own id.
    pub fn id(&self) -> &str {
        self.ids.get(self.kind).map_or("", String::as_str)
    }

    /// The same with something else that is needed to name it.
    #[must_use]
    pub fn with(mut self, name: &'static str, id: impl Into<String>) -> Self {
        self.ids.insert(name, id.into());
        self
    }

    /// Something of this kind that is not there, under an id that could be.
    pub fn absent(kind: &'static str, id: &str, label: &str) -> Self {
        let ids = BTreeMap::from([(kind, id.to_owned())]);
        Self { kind, label: format!("{label} (absent)"), ids, ..Self::default() }
    }
}
