//! What a policy makes of the changes after a signature.

use std::collections::{HashMap, HashSet};

use super::{Change, ChangeClass, ChangeKind, Comparison, Level, Note};
use crate::lang::{Lang, Text};
use crate::pdf::Permission;
use crate::pdf::permission::Rules;
use crate::report::{Changes, Code, Finding, Policy};
use crate::text;

/// Places that one finding names.
const NAMED: usize = 4;

/// Judges what came after a revision by its rules and a policy.
pub(crate) fn judge(comparison: &Comparison, rules: &Rules, policy: Policy) -> (Changes, Vec<Finding>) {
    if comparison.increments == 0 {
        return (Changes::None, Vec::new());
    }
    let accompanied = comparison.changes.iter().filter(|change| {
        matches!(
            change.class,
            ChangeClass::Signature | ChangeClass::DocumentTimestamp | ChangeClass::Dss
        )
    });
    let fields: HashSet<&str> = comparison
        .changes
        .iter()
        .filter_map(|change| change.field.as_deref())
        .collect();
    let judge = Judge {
        comparison,
        rules,
        policy,
        accompanied: accompanied.map(|change| change.section).collect(),
        locks: fields
            .into_iter()
            .filter_map(|field| Some((field, rules.lock_of(field)?.by.as_str())))
            .collect(),
    };
    judge.run()
}

struct Judge<'c> {
    comparison: &'c Comparison,
    rules: &'c Rules,
    policy: Policy,
    /// Sections that brought a signature, a time stamp or validation material.
    accompanied: HashSet<usize>,
    /// Changed fields that are locked, and by which signature.
    locks: HashMap<&'c str, &'c str>,
}

/// Why a change is forbidden.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Reason<'r> {
    /// The permission does not reach so far.
    Level,
    /// The field is locked by the signature in this field.
    Lock(&'r str),
    /// The policy wants a signature or validation material with it.
    Alone,
}

/// Changes that one finding tells of.
type Group<'c> = (Code, ChangeClass, Option<Reason<'c>>, Vec<&'c Change>);

impl Judge<'_> {
    fn run(&self) -> (Changes, Vec<Finding>) {
        let mut groups: Vec<Group<'_>> = Vec::new();
        let mut known: HashMap<(Code, ChangeClass, Option<Reason<'_>>), usize> = HashMap::new();
        for change in &self.comparison.changes {
            let refused = self.refused(change);
            let code = match refused {
                Some(reason) => forbidden_code(change, reason),
                None => permitted_code(change),
            };
            let place = *known.entry((code, change.class, refused)).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((.., changes)) => changes.push(change),
                None => groups.push((code, change.class, refused, vec![change])),
            }
        }
        let strict = self.is_strict();
        let mut findings: Vec<Finding> = groups
            .iter()
            .map(|(code, class, reason, changes)| self.finding(*code, *class, *reason, changes))
            .collect();
        if groups.is_empty() {
            let code = if strict {
                Code::PdfChangeForbidden
            } else {
                Code::PdfChangePermitted
            };
            findings.push(Finding::new(code).with(text!(
                "an update follows that changes nothing in meaning",
                "其后有一次未改变任何内容含义的更新"
            )));
        }
        let forbidden = strict || groups.iter().any(|(.., reason, _)| reason.is_some());
        findings.push(self.reading());
        // What is wrong comes first.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        let changes = if forbidden {
            Changes::Forbidden
        } else {
            Changes::Permitted
        };
        (changes, findings)
    }

    /// Acrobat's reading of P=1.
    fn is_strict(&self) -> bool {
        self.policy == Policy::PadesP1Strict && self.rules.permission() == Some(Permission::NoChanges)
    }

    fn refused(&self, change: &Change) -> Option<Reason<'_>> {
        if self.is_strict() || change.level == Level::Never {
            return Some(self.lock(change).unwrap_or(Reason::Level));
        }
        if let Some(lock) = self.lock(change) {
            return Some(lock);
        }
        if change.level > self.reach() {
            return Some(Reason::Level);
        }
        let alone = self.policy == Policy::Seal
            && change.class == ChangeClass::Metadata
            && !self.accompanied.contains(&change.section);
        alone.then_some(Reason::Alone)
    }

    fn lock(&self, change: &Change) -> Option<Reason<'_>> {
        let field = change.field.as_deref().filter(|_| change.in_signed_field)?;
        self.locks.get(field).map(|by| Reason::Lock(by))
    }

    /// The furthest level that is permitted.
    fn reach(&self) -> Level {
        let permission = self.rules.permission();
        if self.policy == Policy::Seal {
            return match (permission, self.rules.certified) {
                (Some(Permission::NoChanges), _) => Level::Validation,
                (_, Some(_)) => Level::FormFill,
                (_, None) => Level::Signature,
            };
        }
        match permission {
            Some(Permission::NoChanges) => Level::Validation,
            Some(Permission::FormFilling) | None => Level::FormFill,
            Some(Permission::Annotations) => Level::Annotation,
        }
    }

    fn finding(&self, code: Code, class: ChangeClass, reason: Option<Reason<'_>>, changes: &[&Change]) -> Finding {
        let part = changes.first().map(|change| change.path.clone()).unwrap_or_default();
        let places = |lang: Lang| -> String {
            let mut places: Vec<String> = changes
                .iter()
                .take(NAMED)
                .map(|change| describe(change, lang))
                .collect();
            let more = changes.len().saturating_sub(NAMED);
            if more > 0 || self.comparison.more && reason.is_some() {
                places.push(match lang {
                    Lang::En => format!("and {more} more"),
                    Lang::Zh => format!("另有 {more} 处"),
                });
            }
            places.join("; ")
        };
        let (class_en, class_zh) = label(class);
        let (why_en, why_zh) = match reason {
            Some(Reason::Lock(by)) => (format!(", locked by {by}"), format!("（已被 {by} 锁定）")),
            Some(Reason::Alone) => (
                ", without a signature or validation material in the same update".to_owned(),
                "（同一次更新中没有签名或验证数据）".to_owned(),
            ),
            _ => (String::new(), String::new()),
        };
        let verb = if reason.is_some() {
            ("not permitted", "不允许")
        } else {
            ("permitted", "允许")
        };
        let (en, zh) = (places(Lang::En), places(Lang::Zh));
        let message = Text::new(
            format!("{}: {class_en}{why_en}: {en}", verb.0),
            format!("{}：{class_zh}{why_zh}：{zh}", verb.1),
        );
        let finding = Finding::new(code).with(message);
        if part.is_empty() {
            finding
        } else {
            finding.in_part(part)
        }
    }

    /// Which reading of the rules was applied.
    fn reading(&self) -> Finding {
        let policy = self.policy.name();
        let message = match self.rules.permission() {
            Some(Permission::NoChanges) if self.policy == Policy::PadesP1Strict => text!(
                "P=1 was read as Acrobat does: nothing at all may follow",
                "P=1 按 Acrobat 的解释：其后不得有任何更新"
            ),
            Some(Permission::NoChanges) => text!(
                "P=1 was read as ISO 32000-2 does: validation material and document time stamps may follow; Acrobat admits nothing (policy pades-p1-strict)",
                "P=1 按 ISO 32000-2 解释：其后可有验证数据和文档时间戳；Acrobat 不允许任何更新（策略 pades-p1-strict）"
            ),
            Some(permission) => {
                let number = permission.number();
                text!(
                    "what follows was judged by P={number} under the policy {policy}",
                    "其后的更改按 P={number} 及策略 {policy} 判断"
                )
            }
            None => text!(
                "no certification says what may follow; it was judged by the policy {policy}",
                "没有认证签名规定允许的更改；按策略 {policy} 判断"
            ),
        };
        Finding::new(Code::PdfPermissionReading).with(message)
    }
}

fn forbidden_code(change: &Change, reason: Reason<'_>) -> Code {
    match (reason, change.class) {
        (Reason::Lock(_), _) => Code::PdfLockedField,
        _ if change.note == Some(Note::AppearanceOnly) => Code::PdfAppearanceOnly,
        (_, ChangeClass::SealAppearance) => Code::PdfSealAppearance,
        (_, ChangeClass::SignatureDictionary) => Code::PdfSignatureDictionary,
        (_, ChangeClass::PageContent) => Code::PdfPageContent,
        (_, ChangeClass::FormFill) => Code::PdfFormFill,
        (_, ChangeClass::Annotation) => Code::PdfAnnotation,
        _ => Code::PdfChangeForbidden,
    }
}

fn permitted_code(change: &Change) -> Code {
    match (&change.note, change.class) {
        (Some(Note::MaterialDropped), _) => Code::PdfMaterialDropped,
        (Some(Note::NeedAppearances), _) => Code::PdfNeedAppearances,
        (_, ChangeClass::Metadata) => Code::PdfMetadata,
        (_, ChangeClass::Unused) => Code::PdfUnusedObject,
        (Some(Note::Covers), _) => Code::PdfSealCovered,
        _ => Code::PdfChangePermitted,
    }
}

fn label(class: ChangeClass) -> (&'static str, &'static str) {
    match class {
        ChangeClass::Dss => ("validation material (DSS)", "验证数据（DSS）"),
        ChangeClass::DocumentTimestamp => ("document time stamp", "文档时间戳"),
        ChangeClass::Signature => ("further signature or seal", "后续签名或签章"),
        ChangeClass::FormFill => ("field filled", "填写表单域"),
        ChangeClass::Form => ("form", "表单结构"),
        ChangeClass::Annotation => ("annotation", "注释"),
        ChangeClass::Metadata => ("metadata", "元数据"),
        ChangeClass::Extension => ("version or extension", "版本或扩展"),
        ChangeClass::PageContent => ("page content", "页面内容"),
        ChangeClass::SealAppearance => ("appearance or place of a signature or seal", "签名或印章的外观或位置"),
        ChangeClass::SignatureDictionary => ("signature dictionary", "签名字典"),
        ChangeClass::Structure => ("structure tree", "结构树"),
        ChangeClass::Catalog => ("document catalog", "文档目录"),
        ChangeClass::Permissions => ("permissions", "权限"),
        ChangeClass::Trailer => ("trailer", "文件尾"),
        ChangeClass::Unused => ("object that nothing uses", "未被使用的对象"),
        ChangeClass::Unknown => ("unknown", "未知"),
    }
}

fn describe(change: &Change, lang: Lang) -> String {
    let kind = match (change.kind, lang) {
        (ChangeKind::Added, Lang::En) => "added",
        (ChangeKind::Removed, Lang::En) => "removed",
        (ChangeKind::Modified, Lang::En) => "changed",
        (ChangeKind::Added, Lang::Zh) => "新增",
        (ChangeKind::Removed, Lang::Zh) => "移除",
        (ChangeKind::Modified, Lang::Zh) => "更改",
    };
    let mut facts = Vec::new();
    if let Some(id) = change.object {
        facts.push(match lang {
            Lang::En => format!("object {id}"),
            Lang::Zh => format!("对象 {id}"),
        });
    }
    if let Some(page) = change.page {
        facts.push(match lang {
            Lang::En => format!("page {page}"),
            Lang::Zh => format!("第 {page} 页"),
        });
    }
    if let Some(field) = &change.field {
        facts.push(match lang {
            Lang::En => format!("field {field}"),
            Lang::Zh => format!("域 {field}"),
        });
    }
    let revision = change.section + 1;
    facts.push(match lang {
        Lang::En => format!("cross-reference section {revision}"),
        Lang::Zh => format!("第 {revision} 个交叉引用段"),
    });
    let note = match &change.note {
        Some(Note::Text(text)) => format!(": {}", text.get(lang)),
        _ => String::new(),
    };
    let facts = facts.join(", ");
    let path = &change.path;
    if path.is_empty() {
        format!("{kind} ({facts}){note}")
    } else {
        format!("{path} {kind} ({facts}){note}")
    }
}
