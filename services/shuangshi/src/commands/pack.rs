//! `pack`: rule packs listed, shown, checked, published and retired.

use std::path::Path;
use std::sync::Arc;

use contracts::Rejects;
use decider::Decider;
use eventlog::{Receipt, StreamId};
use events::PackEvent;
use kernel::{CorrelationId, Day, Language, Malformed, PackId, Reason};
use qualification::pack::{self, Command, Rejection, RulePack};
use qualification::packs::{CheckedBody, PackBody};
use serde_json::{Value, json};
use spreadsheet::RowFault;
use standards::{Jurisdiction, Pack, Rulebook};

use crate::delivery::publish_pack;
use crate::line::{ListPacks, PackCommand, PackDraft, Setup};
use crate::outcome::{Trouble, say};
use crate::present;
use crate::registry::Registry;

/// Carries out a command about rule packs.
pub async fn pack(command: PackCommand) -> Result<(), Trouble> {
    let registry = Registry::open(&setup_of(&command).config).await?;
    let outcome = one(&registry, command).await;
    registry.close().await;
    say(&outcome?)
}

fn setup_of(command: &PackCommand) -> &Setup {
    match command {
        PackCommand::List(ListPacks { setup, .. })
        | PackCommand::Check(PackDraft { setup, .. })
        | PackCommand::Show { setup, .. }
        | PackCommand::Publish { setup, .. }
        | PackCommand::Retire { setup, .. } => setup,
    }
}

async fn one(registry: &Registry, command: PackCommand) -> Result<String, Trouble> {
    match command {
        PackCommand::List(asked) => list(registry, &asked).await,
        PackCommand::Show { name, english, setup } => show(registry, &name, english, setup.json).await,
        PackCommand::Check(draft) => check(registry, &draft).await,
        PackCommand::Publish { pack, on, setup } => publish(registry, &pack, on, setup.json).await,
        PackCommand::Retire { pack, on, reason, setup } => retire(registry, &pack, on, reason, setup.json).await,
    }
}

/// The name and version that `name@version` says.
///
/// # Errors
/// When it is written otherwise.
pub fn version_of(text: &str) -> Result<(&str, u32), Malformed> {
    let parts = text.split_once('@').and_then(|(name, version)| Some((name, version.parse().ok()?)));
    parts.ok_or_else(|| Malformed::new("pack", "write name@version, such as national-basic@1"))
}

/// The packs that are published, and the position they are known at.
async fn published(registry: &Registry) -> Result<(Arc<Rulebook>, String), Trouble> {
    let dossiers = registry.dossiers().await?;
    let position = dossiers.position();
    Ok((dossiers.rulebook(position.at(0).0).await?, position.to_string()))
}

/// The packs that come with the program, with their files.
fn shipped() -> impl DoubleEndedIterator<Item = (Pack, &'static [u8])> {
    standards::published().into_iter().chain(standards::provincial())
}

async fn list(registry: &Registry, asked: &ListPacks) -> Result<String, Trouble> {
    let (published, position) = published(registry).await?;
    let on = asked.as_of.unwrap_or_else(|| registry.today());
    let is_new = |pack: &Pack| !published.packs().iter().any(|one| same(one, pack));
    let to_come: Vec<Pack> = shipped().map(|(pack, _)| pack).filter(is_new).collect();
    let rows = published.packs().iter().map(|pack| (pack, true)).chain(to_come.iter().map(|pack| (pack, false)));
    let is_asked =
        |pack: &Pack| asked.province.is_none_or(|province| pack.jurisdiction == Jurisdiction::Province(province));
    let rows: Vec<(&Pack, bool)> = rows.filter(|(pack, _)| is_asked(pack)).collect();
    if !asked.setup.json {
        return Ok(present::packs(&rows, &published, on, &position));
    }
    let brief = |(pack, is_published): &(&Pack, bool)| marked(&PackBody::brief(pack, &published, on), *is_published);
    let packs = rows.iter().map(brief).collect::<Result<Vec<Value>, _>>()?;
    Ok(format!("{}\n", json!({ "as_of": on, "known_at": position, "packs": packs })))
}

async fn show(registry: &Registry, name: &str, english: bool, json: bool) -> Result<String, Trouble> {
    let (published, _) = published(registry).await?;
    let (name, version) = match name.contains('@') {
        true => version_of(name).map(|(name, version)| (name, Some(version)))?,
        false => (name, None),
    };
    let is_asked = |pack: &Pack| pack.name == name && version.is_none_or(|version| pack.version == version);
    let on_file = published.packs().iter().rev().find(|pack| is_asked(pack)).cloned();
    let is_published = on_file.is_some();
    let pack = on_file.or_else(|| shipped().rev().map(|(pack, _)| pack).find(is_asked));
    let pack = pack.ok_or_else(|| Trouble::NotFound("there is no rule pack of this name and version".to_owned()))?;
    if json {
        let body = PackBody::full(&pack, &published, registry.today());
        return Ok(format!("{}\n", marked(&body, is_published)?));
    }
    let mut words = in_words(&pack, english);
    if !is_published {
        words.push_str(if english {
            "not published: it comes with the program and judges nobody yet\n"
        } else {
            "尚未发布：随程序提供，暂不作为判定依据\n"
        });
    }
    Ok(words)
}

async fn check(registry: &Registry, draft: &PackDraft) -> Result<String, Trouble> {
    let content = content_of(&draft.file)?;
    let (published, _) = published(registry).await?;
    let read = pack::read(draft.on.unwrap_or_else(|| registry.today()), &content, &published);
    if draft.setup.json {
        let body = serde_json::to_string(&CheckedBody::of(read.clone()))?;
        // The answer is for a script, the end of the command as well.
        return match read {
            Ok(_) => Ok(format!("{body}\n")),
            Err(rejection) => say(&format!("{body}\n")).and(Err(unsound(&draft.file, &rejection))),
        };
    }
    let pack = read.map_err(|rejection| unsound(&draft.file, &rejection))?;
    Ok(in_words(&pack, draft.english))
}

async fn publish(registry: &Registry, what: &str, on: Option<Day>, json: bool) -> Result<String, Trouble> {
    let file = Path::new(what);
    let content = if file.is_file() { content_of(file)? } else { content_of_shipped(what)? };
    let (published, position) = published(registry).await?;
    let on = on.unwrap_or_else(|| registry.today());
    let pack = pack::read(on, &content, &published).map_err(|rejection| unsound(file, &rejection))?;
    let id = PackId::of_version(&pack.name, pack.version);
    let (state, _) = registry.app().log().load::<RulePack>(&StreamId::of::<PackEvent>(id.uuid())).await?;
    let command = Command::Publish { on, content: content.clone(), published: Arc::clone(&published) };
    let events = RulePack::decide(&state, &command).map_err(|rejection| host::Failure::rejected(&rejection))?;
    let position = match events[..] {
        [] => position,
        _ => publish_pack(registry, &pack, on, content, published).await?.position.to_string(),
    };
    told(&pack.name, pack.version, "published", !events.is_empty(), &position, json)
}

async fn retire(registry: &Registry, text: &str, on: Day, reason: Reason, json: bool) -> Result<String, Trouble> {
    let (name, version) = version_of(text)?;
    let id = PackId::of_version(name, version);
    let command = registry.new_command();
    let (stream, correlation) = (StreamId::of::<PackEvent>(id.uuid()), CorrelationId::new(id.uuid()));
    let receipt: Receipt =
        registry.record::<RulePack>(command, correlation, stream, vec![], Command::Retire { on, reason }).await?;
    let is_new = !receipt.replayed && !receipt.events.is_empty();
    told(name, version, "retired", is_new, &receipt.position.to_string(), json)
}

fn told(name: &str, version: u32, what: &str, is_new: bool, position: &str, json: bool) -> Result<String, Trouble> {
    if json {
        let id = PackId::of_version(name, version);
        let body = json!({ "id": id, "name": name, "version": version, "recorded": is_new, "position": position });
        return Ok(format!("{body}\n"));
    }
    let outcome = if is_new { what.to_owned() } else { format!("{what}: on record already") };
    Ok(format!("{name}@{version} {outcome}, log position {position}\n"))
}

fn same(one: &Pack, other: &Pack) -> bool {
    (&one.name, one.version) == (&other.name, other.version)
}

fn in_words(pack: &Pack, english: bool) -> String {
    let words = pack.in_words(if english { Language::English } else { Language::Chinese });
    format!("{}\n", words.trim_end())
}

/// A pack in JSON, with whether it is published; one that is not is not in force.
fn marked(body: &PackBody, is_published: bool) -> Result<Value, Trouble> {
    let mut value = serde_json::to_value(body)?;
    value["published"] = is_published.into();
    if !is_published {
        value["in_force"] = false.into();
    }
    Ok(value)
}

fn content_of(file: &Path) -> Result<String, Trouble> {
    let not_text = |_| fault(file, "it is not text in UTF-8".to_owned());
    String::from_utf8(std::fs::read(file)?).map_err(not_text)
}

/// The file of a pack that comes with the program: of several versions the newest, unless one is named.
fn content_of_shipped(text: &str) -> Result<String, Trouble> {
    let is_named = |pack: &Pack| {
        pack.name == text || version_of(text).is_ok_and(|asked| asked == (pack.name.as_str(), pack.version))
    };
    let unknown = || {
        let words = "there is no such file, and no rule pack of this name comes with the program";
        Trouble::NotFound(words.to_owned())
    };
    let (_, bytes) = shipped().rev().find(|(pack, _)| is_named(pack)).ok_or_else(unknown)?;
    String::from_utf8(bytes.to_vec()).map_err(Trouble::failed)
}

fn unsound(file: &Path, rejection: &Rejection) -> Trouble {
    fault(file, format!("{}: {rejection}", rejection.code()))
}

fn fault(file: &Path, why: String) -> Trouble {
    let file = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Trouble::BadInput(vec![RowFault { file, row: None, column: None, why }])
}
