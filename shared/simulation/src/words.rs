//! Invented names. No list of names here is of real people or schools.

use kernel::{Malformed, Name};

use crate::draw::Draw;

/// Surnames, the frequent ones several times as often.
const SURNAMES: [(&str, u32); 32] = [
    ("王", 9),
    ("李", 9),
    ("张", 9),
    ("刘", 7),
    ("陈", 6),
    ("杨", 5),
    ("赵", 4),
    ("黄", 4),
    ("周", 4),
    ("吴", 4),
    ("徐", 3),
    ("孙", 3),
    ("胡", 3),
    ("朱", 3),
    ("高", 3),
    ("林", 3),
    ("何", 3),
    ("郭", 3),
    ("马", 3),
    ("罗", 3),
    ("梁", 2),
    ("宋", 2),
    ("郑", 2),
    ("谢", 2),
    ("韩", 2),
    ("唐", 2),
    ("冯", 2),
    ("于", 2),
    ("董", 2),
    ("萧", 1),
    ("欧阳", 1),
    ("上官", 1),
];

const GIVEN: [&str; 48] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平",
    "刚", "桂", "英", "华", "玉", "兰", "建", "国", "文", "斌", "波", "辉", "鹏", "飞", "雪", "晨", "宇", "浩", "凯",
    "欣", "怡", "佳", "俊", "琳", "颖", "婷", "慧", "㛃", "垚",
];

/// What schools are called before their kind.
const PLACES: [&str; 24] = [
    "临江", "望海", "青石", "云岭", "东湖", "西津", "南浦", "北屏", "白鹭", "金沙", "翠屏", "长汀", "丹霞", "龙泉",
    "凤台", "清溪", "明湖", "锦川", "嘉陵", "沧浪", "玉泉", "飞云", "星河", "双桥",
];

const FIELDS: [&str; 12] =
    ["工业", "机电", "信息", "交通", "建筑", "财经", "旅游", "农林", "卫生", "轻工", "艺术", "水利"];

/// An invented person's name.
pub(crate) fn person(draw: &mut Draw) -> Result<Name, Malformed> {
    let (surname, first) = (draw.weighted(&SURNAMES), *draw.pick(&GIVEN));
    let second = if draw.per_mille(600) { *draw.pick(&GIVEN) } else { "" };
    Name::parse(&format!("{surname}{first}{second}"))
}

/// An invented place with a field, such as 临江机电.
pub(crate) fn place(draw: &mut Draw) -> String {
    format!("{}{}", draw.pick(&PLACES), draw.pick(&FIELDS))
}
