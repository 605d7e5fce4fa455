//! Whoever asks: every capacity, in every relation to what is asked about, and those who prove nothing.

use kernel::vocabulary::Capacity;
use kernel::{AccountId, Day, Instant, Name, Period, TeacherId};
use testkit::Client;

use super::register::{Caller, Proof, Role, Seat, Thing};
use super::world::World;

/// The day on which the matrix is asked about.
pub const TODAY: &str = "2026-11-23";

/// A role of a caller: where it is held, from when to when.
pub type Given = (Capacity, &'static str, &'static str, Option<&'static str>);

impl World<'_> {
    /// An account with these roles, of this person, and a token for everything.
    pub async fn caller(&mut self, name: &'static str, roles: &[Given], person: Option<&str>) -> Client {
        self.caller_by(name, roles, person, vec![("*", true)]).await
    }

    /// The same by a token with these scopes.
    pub async fn caller_by(
        &mut self,
        name: &'static str,
        roles: &[Given],
        person: Option<&str>,
        scopes: Vec<(&'static str, bool)>,
    ) -> Client {
        let agent = format!("zq-{}-zq", name.replace(' ', "-"));
        let id = person.map(|person| self.id(person));
        let accounts = self.app.accounts();
        let account = accounts.open(&agent, id.as_deref().map(|id| TeacherId::parse(id).unwrap())).await;
        let mut thing = Thing::at("account", &account.to_string(), name, &[]);
        thing.groups.clear();
        let mut held = Vec::new();
        for (role, at, from, to) in roles {
            let seat = Some(*at).filter(|at| !at.is_empty()).map(|at| self.seat(at));
            let period = Period::new(day(from), to.map(day)).unwrap();
            let organisation = seat.as_ref().map(|seat| seat.organisation.clone());
            let grant = self.app.accounts().grant(account, *role, organisation.as_deref(), period).await.unwrap();
            thing = thing.with("grant", grant.to_string());
            if to.is_none_or(|to| to >= TODAY) {
                thing.groups.push(seat.clone().into_iter().collect());
                thing.holds.push(*role);
                let is_in_force = *from <= TODAY && *at != "lapsed";
                held.extend(is_in_force.then_some(Role { role: *role, seat }));
            }
        }
        let keeper = id.as_ref().map(|id| self.thing(id).person.clone().unwrap());
        if thing.groups.is_empty() {
            thing.groups = vec![self.whereabouts(id.as_deref())];
        }
        thing.names = id.iter().chain(&keeper).cloned().collect();
        self.register.plant(agent.clone(), &[&account.to_string()]);
        self.register.mind(&account.to_string());
        self.register.things.push(thing);
        let token = self.token(account, &scopes, 300).await;
        let client = Client::new(self.app.running().url(), self.number());
        let caller = |client, proof| Caller {
            name,
            proof,
            client,
            account: account.to_string(),
            agent: agent.clone(),
            person: keeper.clone(),
            roles: held.clone(),
        };
        self.register.callers.push(caller(client.with_token(&token), Proof::Token(scopes)));
        Client::new(self.app.running().url(), self.number()).with_token(token)
    }

    /// A caller once more, in a browser.
    pub async fn in_a_browser(&mut self, name: &'static str, who: &str) {
        let last = self.register.callers.iter().find(|caller| caller.name == who).unwrap();
        let account = AccountId::parse(&last.account).unwrap();
        let begun = self.app.running().app().sign_in().begin_session(account).await.unwrap();
        let browser = Caller {
            name,
            proof: Proof::Session { cookie: format!("shuangshi={}", begun.token) },
            client: self.app.stranger(),
            account: last.account.clone(),
            agent: last.agent.clone(),
            person: last.person.clone(),
            roles: last.roles.clone(),
        };
        self.register.callers.push(browser);
    }

    /// Those who prove nothing, whatever they say of themselves.
    pub async fn nobodies(&mut self, spare: AccountId, closed: AccountId) {
        let sign_in = self.app.running().app().sign_in();
        let (expired, shut) =
            (self.token(spare, &[("*", true)], 0).await, self.token(closed, &[("*", true)], 300).await);
        let revoked = sign_in
            .issue_token(
                spare,
                Name::parse("revoked").unwrap(),
                vec![scope("*", true)],
                Instant::end_of(day("2026-12-31")),
            )
            .await
            .unwrap();
        assert!(sign_in.revoke_token(spare, revoked.id).await.unwrap());
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciIsImlzcyI6Imh0dHBzOi8vbG9jYWxob3N0In0.";
        let bearer = |token: &str| vec![("Authorization", format!("Bearer {token}"))];
        let forwarded = ["X-User", "X-Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Agent"];
        let mut claimed: Vec<_> = forwarded.iter().map(|name| (*name, "operator".to_owned())).collect();
        claimed.extend([("X-Forwarded-For", "127.0.0.1".to_owned()), ("Forwarded", "for=127.0.0.1".to_owned())]);
        let forged = format!("shs_{}", "A".repeat(43));
        let nobodies = [
            ("nobody at all", vec![]),
            ("claims in headers", claimed),
            ("forged token", bearer(&forged)),
            ("unsigned JWT", bearer(unsigned)),
            ("token of yesterday", bearer(&expired)),
            ("revoked token", bearer(&revoked.token)),
            ("token of a closed account", bearer(&shut)),
            ("basic credentials", vec![("Authorization", "Basic b3BlcmF0b3I6".to_owned())]),
            ("two tokens", vec![("Authorization", "Bearer a".to_owned()), ("Authorization", "Bearer b".to_owned())]),
            ("forged session", vec![("Cookie", format!("shuangshi={}", "A".repeat(43)))]),
        ];
        for (name, headers) in nobodies {
            let (account, agent) = (String::new(), String::new());
            let (client, proof) = (self.app.stranger(), Proof::Nothing(headers));
            self.register.callers.push(Caller { name, proof, client, account, agent, person: None, roles: vec![] });
        }
    }

    /// A token that is good for so many days from the day on which the world is built.
    async fn token(&self, account: AccountId, scopes: &[(&str, bool)], days: i32) -> String {
        let scopes = scopes.iter().map(|(service, writes)| scope(service, *writes)).collect();
        let until = Instant::end_of(self.app.running().app().today().plus_days(days));
        let sign_in = self.app.running().app().sign_in();
        sign_in.issue_token(account, Name::parse("matrix").unwrap(), scopes, until).await.unwrap().token
    }

    fn whereabouts(&mut self, person: Option<&str>) -> Vec<Seat> {
        person.map(|person| self.thing(person).groups[0].clone()).unwrap_or_default()
    }

    fn number(&self) -> u64 {
        50_000 + self.register.canaries.len() as u64 * 2 + self.register.things.len() as u64
    }
}

fn scope(service: &str, writes: bool) -> signin::TokenScope {
    signin::TokenScope::parse(&format!("{service}:{}", if writes { "write" } else { "read" })).unwrap()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}
