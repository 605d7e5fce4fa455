//! A delivery: what schools, bases and stations hand in at the end of a term, as CSV files with Chinese headings.
//!
//! Reading parses every cell and checks every reference; only a delivery without a fault is recorded.

mod check;
mod marks;
mod names;
mod record;
mod rows;
mod single;
mod twice;

use std::collections::BTreeMap;

use events::ImportedFile;
use kernel::{ImportId, Name};
use sha2::{Digest, Sha256};
use spreadsheet::{RowFault, Table};

pub use record::{Summary, record};
pub use rows::{
    BreachRow, CredentialRow, Numbered, PlacementRow, RosterRow, SchoolRow, SessionRow, SiteRow, TeacherRow,
};
pub use single::{Placed, PlacementOrder, breach_of, publish_pack, publish_packs};

/// The files of a delivery, in the order in which they are recorded, with their headings.
pub const FILES: [(&str, &[&str]); 8] = [
    ("schools.csv", &["学校标识码", "省份", "学校名称", "层次", "行政区划"]),
    ("sites.csv", &["编号", "名称", "行政区划", "类别", "批准日期", "有效期至"]),
    ("teachers.csv", &["教职工号", "姓名", "身份证号", "学校标识码", "岗位", "专业代码", "任职起", "任职止"]),
    ("credentials.csv", &["身份证号", "证书类别", "等级", "取得日期"]),
    ("sessions.csv", &["期次", "基地编号", "项目", "级别", "主题", "开始", "结束", "学时"]),
    ("rosters.csv", &["期次", "身份证号", "姓名", "学时"]),
    ("placements.csv", &["身份证号", "流动站编号", "开始", "结束", "形式", "考核结果"]),
    ("conduct.csv", &["身份证号", "认定日期", "解除日期"]),
];

/// A delivery whose every cell has been parsed.
#[derive(Debug, Default)]
pub struct Delivery {
    pub schools: Vec<Numbered<SchoolRow>>,
    pub sites: Vec<Numbered<SiteRow>>,
    pub teachers: Vec<Numbered<TeacherRow>>,
    pub credentials: Vec<Numbered<CredentialRow>>,
    pub sessions: Vec<Numbered<SessionRow>>,
    pub rosters: Vec<Numbered<RosterRow>>,
    pub placements: Vec<Numbered<PlacementRow>>,
    pub conduct: Vec<Numbered<BreachRow>>,
    pub files: Vec<ImportedFile>,
}

impl Delivery {
    /// Reads the files of a delivery, by name; files that are not there are taken as empty.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<RowFault>> {
        let mut delivery = Self::default();
        let mut faults = Vec::new();
        for name in files.keys().filter(|name| !FILES.iter().any(|(known, _)| known == name)) {
            let why = "this file is not part of a delivery".to_owned();
            faults.push(RowFault { file: name.clone(), row: None, column: None, why });
        }
        for (name, headings) in FILES {
            let Some(bytes) = files.get(name) else { continue };
            match Table::read(name, bytes, headings) {
                Ok(table) => {
                    delivery.files.extend(imported_file(name, bytes, table.len()));
                    faults.extend(delivery.take(name, table));
                }
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() && delivery.files.is_empty() {
            let why = format!("there is none of {}", FILES.map(|(name, _)| name).join(", "));
            faults.push(RowFault { file: "the folder".to_owned(), row: None, column: None, why });
        }
        if faults.is_empty() { Ok(delivery) } else { Err(faults) }
    }

    /// Which import this is: the same files are the same import.
    pub fn import(&self) -> ImportId {
        let digests: Vec<&str> = self.files.iter().map(|file| file.sha256.as_str()).collect();
        ImportId::of_content(&digests.join("+"))
    }

    fn take(&mut self, name: &str, mut table: Table) -> Vec<RowFault> {
        match name {
            "schools.csv" => self.schools = table.rows(rows::school),
            "sites.csv" => self.sites = table.rows(rows::site),
            "teachers.csv" => self.teachers = table.rows(rows::teacher),
            "credentials.csv" => self.credentials = table.rows(rows::credential),
            "sessions.csv" => self.sessions = table.rows(rows::session),
            "rosters.csv" => self.rosters = table.rows(rows::roster),
            "placements.csv" => self.placements = table.rows(rows::placement),
            _ => self.conduct = table.rows(rows::breach),
        }
        table.into_faults()
    }
}

fn imported_file(name: &str, bytes: &[u8], rows: usize) -> Option<ImportedFile> {
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Some(ImportedFile { name: Name::parse(name).ok()?, sha256, rows: rows as u64 })
}
