//! A small world as plain lists, and the events that make it.

use access::Object;
use kernel::vocabulary::Capacity;
use kernel::{
    AccountId, Day, OrganisationId, PlacementId, ProposalId, RecognitionId, SessionId, SiteId, TeacherId, TeamId,
};
use uuid::Uuid;

use crate::stage::{Desk, day};

/// Chance with a seed: the same numbers in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`.
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

pub struct Organisation {
    pub id: OrganisationId,
    pub division: &'static str,
    /// The provincial unit it reports to.
    pub province: &'static str,
}

pub struct Site {
    pub id: SiteId,
    pub division: &'static str,
    pub approvals: Vec<Approval>,
    pub withdrawn: Option<Day>,
}

pub struct Approval {
    pub from: Day,
    pub to: Option<Day>,
    pub voided: bool,
}

pub struct Person {
    pub id: TeacherId,
    pub home: Option<OrganisationId>,
    pub posts: Vec<Post>,
    pub closed: bool,
    /// The entry that this one was merged into, by its number.
    pub keeper: Option<usize>,
}

pub struct Post {
    pub school: OrganisationId,
    pub from: Day,
    pub to: Option<Day>,
    pub voided: bool,
}

pub struct Account {
    pub id: AccountId,
    pub person: Option<TeacherId>,
    pub closed: bool,
    pub grants: Vec<Grant>,
}

pub struct Grant {
    pub role: Capacity,
    pub organisation: Option<OrganisationId>,
    pub from: Day,
    pub to: Option<Day>,
}

pub struct World {
    pub number: u128,
    pub today: Day,
    pub organisations: Vec<Organisation>,
    pub sites: Vec<Site>,
    pub people: Vec<Person>,
    pub sessions: Vec<(SessionId, SiteId)>,
    pub placements: Vec<(PlacementId, SiteId, TeacherId)>,
    pub recognitions: Vec<(RecognitionId, TeacherId)>,
    pub teams: Vec<(TeamId, OrganisationId)>,
    pub accounts: Vec<Account>,
    pub proposals: Vec<(ProposalId, Option<TeacherId>, Option<OrganisationId>)>,
}

/// Two cities of one province, and a city in which a province and the XPCC have schools side by side.
const WHERE: [(&str, &str); 5] =
    [("320102", "32"), ("320100", "32"), ("320200", "32"), ("650100", "65"), ("650102", "66")];

const ROLES: [Capacity; 10] = [
    Capacity::SchoolHr,
    Capacity::SchoolHr,
    Capacity::SchoolHr,
    Capacity::BaseClerk,
    Capacity::BaseClerk,
    Capacity::CityAuthority,
    Capacity::ProvincialAuthority,
    Capacity::Ministry,
    Capacity::Auditor,
    Capacity::Operator,
];

impl World {
    fn id(&self, kind: u128, number: usize) -> Uuid {
        Uuid::from_u128((kind << 96) | (self.number << 32) | number as u128)
    }

    pub fn random(number: u128, dice: &mut Dice) -> Self {
        let today = day("2020-01-01").plus_days(i32::try_from(dice.below(2_000)).unwrap());
        let mut world = Self {
            number,
            today,
            organisations: Vec::new(),
            sites: Vec::new(),
            people: Vec::new(),
            sessions: Vec::new(),
            placements: Vec::new(),
            recognitions: Vec::new(),
            teams: Vec::new(),
            accounts: Vec::new(),
            proposals: Vec::new(),
        };
        for number in 0..20 {
            let (division, province) = *dice.pick(&WHERE);
            let id = OrganisationId::new(world.id(1, number));
            world.organisations.push(Organisation { id, division, province });
        }
        world.add_sites(dice);
        world.add_people(dice);
        world.add_things(dice);
        world.add_accounts(dice);
        world
    }

    /// A day around today: today itself, the days beside it, or years away.
    fn some_day(&self, dice: &mut Dice) -> Day {
        let distance = [-900, -400, -366, -365, -364, -30, -1, 0, 1, 30, 400];
        self.today.plus_days(*dice.pick(&distance))
    }

    fn some_days(&self, dice: &mut Dice) -> (Day, Option<Day>) {
        let (one, other) = (self.some_day(dice), self.some_day(dice));
        let to = (!dice.one_in(3)).then_some(one.max(other));
        (one.min(other), to)
    }

    fn add_sites(&mut self, dice: &mut Dice) {
        for number in 0..6 {
            let (division, _) = *dice.pick(&WHERE);
            let mut approvals = Vec::new();
            for _ in 0..=dice.below(2) {
                let (from, to) = self.some_days(dice);
                approvals.push(Approval { from, to, voided: dice.one_in(5) });
            }
            let withdrawn = dice.one_in(4).then(|| self.some_day(dice));
            self.sites.push(Site { id: SiteId::new(self.id(2, number)), division, approvals, withdrawn });
        }
    }

    /// An organisation of the register, seldom one that is not on it.
    fn some_organisation(&self, dice: &mut Dice) -> OrganisationId {
        if dice.one_in(25) {
            return OrganisationId::new(self.id(1, 99));
        }
        dice.pick(&self.organisations).id
    }

    fn add_people(&mut self, dice: &mut Dice) {
        for number in 0..30 {
            let mut posts = Vec::new();
            for _ in 0..dice.below(4) {
                let (from, to) = self.some_days(dice);
                let school = self.some_organisation(dice);
                posts.push(Post { school, from, to, voided: dice.one_in(6) });
            }
            // Only ever into an earlier one: nobody is merged in a circle.
            let keeper = (number > 0 && dice.one_in(6)).then(|| dice.below(number));
            let home = (!dice.one_in(4)).then(|| self.organisations[dice.below(4)].id);
            let id = TeacherId::new(self.id(3, number));
            self.people.push(Person { id, home, posts, closed: dice.one_in(8), keeper });
        }
    }

    fn add_things(&mut self, dice: &mut Dice) {
        for number in 0..6 {
            let (site, person) = (dice.pick(&self.sites).id, dice.pick(&self.people).id);
            let other = dice.pick(&self.people).id;
            let school = self.some_organisation(dice);
            self.sessions.push((SessionId::new(self.id(4, number)), site));
            self.placements.push((PlacementId::new(self.id(5, number)), site, person));
            self.recognitions.push((RecognitionId::new(self.id(6, number)), other));
            self.teams.push((TeamId::new(self.id(7, number)), school));
            let subject = (!dice.one_in(3)).then_some(person);
            let organisation = dice.one_in(2).then_some(school);
            self.proposals.push((ProposalId::new(self.id(8, number)), subject, organisation));
        }
    }

    fn add_accounts(&mut self, dice: &mut Dice) {
        for number in 0..30 {
            let mut grants = Vec::new();
            for _ in 0..dice.below(4) {
                let role = *dice.pick(&ROLES);
                let organisation = match role {
                    Capacity::Ministry | Capacity::Auditor | Capacity::Operator => None,
                    Capacity::BaseClerk if !dice.one_in(8) => Some(OrganisationId::of_site(dice.pick(&self.sites).id)),
                    _ => Some(self.some_organisation(dice)),
                };
                let (from, to) = self.some_days(dice);
                grants.push(Grant { role, organisation, from, to });
            }
            let person = (!dice.one_in(3)).then(|| dice.pick(&self.people).id);
            let id = AccountId::new(self.id(9, number));
            self.accounts.push(Account { id, person, closed: dice.one_in(10), grants });
        }
    }

    /// The events that make it.
    pub fn desk(&self) -> Desk {
        let mut desk = Desk::numbered(0x77_0000 + self.number);
        for one in &self.organisations {
            let reports_to = (!one.division.starts_with(one.province)).then_some(one.province);
            desk.organisation(one.id, one.division, reports_to);
        }
        for site in &self.sites {
            put_site(&mut desk, site);
        }
        for person in &self.people {
            put_person(&mut desk, person);
        }
        for person in &self.people {
            if let Some(keeper) = person.keeper {
                desk.merged(self.people[keeper].id, person.id);
            }
        }
        self.sessions.iter().for_each(|(id, site)| desk.session(*id, *site));
        self.placements.iter().for_each(|(id, site, person)| desk.placement(*id, *site, *person));
        self.recognitions.iter().for_each(|(id, person)| desk.recognition(*id, *person));
        self.teams.iter().for_each(|(id, school)| desk.team(*id, *school));
        for account in &self.accounts {
            desk.account(account.id, account.person);
            for grant in &account.grants {
                put_grant(&mut desk, account.id, grant);
            }
            if account.closed {
                desk.closed(account.id);
            }
        }
        for (id, subject, organisation) in &self.proposals {
            desk.proposal(*id, self.accounts[0].id, *subject, *organisation);
        }
        desk
    }

    /// Every thing there is, of every kind, and one of each kind that there is not.
    pub fn objects(&self, dice: &mut Dice) -> Vec<Object> {
        let nothing = Uuid::from_u128(0xdead);
        let mut objects = vec![
            Object::Nothing,
            Object::Teacher(TeacherId::new(nothing)),
            Object::Teachers(self.people[0].id, TeacherId::new(nothing)),
            Object::Engagement(self.organisations[0].id, TeacherId::new(nothing)),
            Object::Engagement(OrganisationId::new(nothing), self.people[0].id),
            Object::Organisation(OrganisationId::new(nothing)),
            Object::Site(SiteId::new(nothing)),
            Object::Session(SessionId::new(nothing)),
            Object::Placement(PlacementId::new(nothing)),
            Object::Visit(SiteId::new(nothing), self.people[0].id),
            Object::Visit(self.sites[0].id, TeacherId::new(nothing)),
            Object::Recognition(RecognitionId::new(nothing)),
            Object::Team(TeamId::new(nothing)),
            Object::Account(AccountId::new(nothing)),
            Object::Proposal(ProposalId::new(nothing)),
        ];
        objects.extend(self.people.iter().map(|one| Object::Teacher(one.id)));
        objects.extend(self.organisations.iter().map(|one| Object::Organisation(one.id)));
        objects.extend(self.organisations.iter().take(5).map(|one| Object::At(crate::rules::location(one))));
        objects.extend(self.sites.iter().map(|one| Object::Site(one.id)));
        objects.extend(self.sessions.iter().map(|(id, _)| Object::Session(*id)));
        objects.extend(self.placements.iter().map(|(id, ..)| Object::Placement(*id)));
        objects.extend(self.recognitions.iter().map(|(id, _)| Object::Recognition(*id)));
        objects.extend(self.teams.iter().map(|(id, _)| Object::Team(*id)));
        objects.extend(self.accounts.iter().map(|one| Object::Account(one.id)));
        objects.extend(self.proposals.iter().map(|(id, ..)| Object::Proposal(*id)));
        for _ in 0..6 {
            let (one, other) = (dice.pick(&self.people).id, dice.pick(&self.people).id);
            objects.push(Object::Teachers(one, other));
            objects.push(Object::Visit(dice.pick(&self.sites).id, one));
        }
        for _ in 0..20 {
            objects.push(Object::Engagement(dice.pick(&self.organisations).id, dice.pick(&self.people).id));
        }
        objects
    }
}

fn put_site(desk: &mut Desk, site: &Site) {
    let mut recorded = Vec::new();
    for (number, approval) in site.approvals.iter().enumerate() {
        let id = match number {
            0 => desk.site(site.id, site.division, approval.from, approval.to),
            _ => desk.renewed(site.id, approval.from, approval.to),
        };
        recorded.push(id);
    }
    if let Some(on) = site.withdrawn {
        desk.site_withdrawn(site.id, on);
    }
    for (approval, id) in site.approvals.iter().zip(recorded).filter(|(approval, _)| approval.voided) {
        assert!(approval.voided);
        desk.approval_voided(site.id, id);
    }
}

/// Every second post has its end recorded later than its beginning.
fn put_person(desk: &mut Desk, person: &Person) {
    desk.person(person.id, person.home);
    for (number, post) in person.posts.iter().enumerate() {
        let later = post.to.filter(|_| number % 2 == 1);
        let id = desk.post(person.id, post.school, post.from, if later.is_some() { None } else { post.to });
        if let Some(last_day) = later {
            desk.post_ended(person.id, id, last_day);
        }
        if post.voided {
            desk.voided(person.id, id);
        }
    }
    if person.closed {
        let kind = if person.posts.len().is_multiple_of(2) { "processing_restricted" } else { "erased" };
        desk.state(person.id, kind);
    } else if person.posts.len() == 1 {
        desk.state(person.id, "processing_restricted");
        desk.state(person.id, "restriction_lifted");
    }
}

fn put_grant(desk: &mut Desk, account: AccountId, grant: &Grant) {
    match grant.to {
        // Half of them were to last, and were ended.
        Some(to) if to.ordinal() % 2 == 0 => {
            let id = desk.grant(account, grant.role, grant.organisation, grant.from, None);
            desk.grant_ended(account, id, to);
        }
        to => drop(desk.grant(account, grant.role, grant.organisation, grant.from, to)),
    }
}
