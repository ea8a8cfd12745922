//! Whether a certificate of a path was revoked, by the lists of its issuer.

use super::certificate::title;
use super::{Certificate, PathQuestion, Purpose, Revocation, RevocationList, RevocationReason, TrustStore};
use crate::lang::{Lang, Text};
use crate::report::{Code, Finding};
use crate::text;

/// What a list, as far as it is the issuer's and can be read, says of one certificate.
struct Statement<'a> {
    list: &'a RevocationList,
    revocation: Option<Revocation>,
    /// Whether the list can say that a certificate was not revoked.
    clears: bool,
}

/// The findings on `certificate`, whose issuer's certificate is known and good.
pub(super) fn judge(
    store: &TrustStore,
    question: &PathQuestion<'_>,
    certificate: &Certificate,
    issuer: &Certificate,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let statements = collect(store, question, certificate, issuer, &mut findings);
    if let Some(revocation) = decide(&statements, question) {
        findings.extend(revoked(question, certificate, revocation));
        return findings;
    }
    let is_fresh = |list: &RevocationList| list.next_update().is_none_or(|next| next >= question.now);
    let mut clearing = statements
        .iter()
        .filter(|statement| statement.clears)
        .map(|statement| statement.list);
    if clearing.clone().any(is_fresh) {
        return findings;
    }
    let name = title(certificate);
    // A list from after the signing time still says that the certificate was good then; but a time that is only claimed may
    // be put before the list by whoever has a stolen key.
    let late = clearing.find(|list| question.time_proven && list.this_update() >= question.time);
    let stale = late.or_else(|| {
        statements
            .iter()
            .map(|statement| statement.list)
            .find(|list| list.this_update() <= question.now && !is_fresh(list))
    });
    if let Some(next) = stale.and_then(RevocationList::next_update) {
        findings.push(Finding::new(Code::RevocationStale).with(text!(
            "the revocation list for {name} was to be renewed by {next}",
            "“{name}”的证书撤销列表应于 {next} 前更新"
        )));
    }
    if late.is_none() {
        findings.push(Finding::new(Code::RevocationUnknown).with(text!(
            "no usable revocation list says whether {name} was revoked",
            "没有可用的证书撤销列表表明“{name}”是否已被撤销"
        )));
    }
    findings
}

fn collect<'a>(
    store: &'a TrustStore,
    question: &PathQuestion<'_>,
    certificate: &Certificate,
    issuer: &Certificate,
    findings: &mut Vec<Finding>,
) -> Vec<Statement<'a>> {
    let mut statements = Vec::new();
    for list in store.lists_of(&issuer.subject().folded()) {
        if list.names_other_key(issuer) {
            continue;
        }
        let found = match list.verify(issuer) {
            Err(error) => Err(error.text().clone()),
            Ok(()) => match list.unusable() {
                Some(reason) => Err(reason),
                None => list.find(certificate.serial()).map_err(|error| error.text().clone()),
            },
        };
        match found {
            Ok(revocation) => {
                findings.extend(weaknesses(list, issuer));
                statements.push(Statement {
                    list,
                    revocation,
                    clears: list.this_update() <= question.now && list.covers(certificate),
                });
            }
            Err(reason) => {
                let (en, zh) = (reason.get(Lang::En), reason.get(Lang::Zh));
                let (name, date) = (title(issuer), list.this_update());
                findings.push(Finding::new(Code::RevocationListBroken).with(text!(
                    "the revocation list of {name} of {date} cannot be used: {en}",
                    "“{name}”于 {date} 签发的证书撤销列表无法使用：{zh}"
                )));
            }
        }
    }
    statements
}

fn weaknesses(list: &RevocationList, issuer: &Certificate) -> Vec<Finding> {
    let weaknesses = list
        .signed_with()
        .map(|algorithm| issuer.public_key().weaknesses(algorithm))
        .unwrap_or_default();
    let finding = |weakness: Text| {
        let (en, zh) = (weakness.get(Lang::En), weakness.get(Lang::Zh));
        let (name, date) = (title(issuer), list.this_update());
        Finding::new(Code::AlgorithmWeak).with(text!(
            "revocation list of {name} of {date}: {en}",
            "“{name}”于 {date} 签发的证书撤销列表：{zh}"
        ))
    };
    weaknesses.into_iter().map(finding).collect()
}

/// An entry counts from any list of the issuer, however old: revocation is for good. Only a hold can be lifted, by a later
/// list that no longer has it.
fn decide(statements: &[Statement<'_>], question: &PathQuestion<'_>) -> Option<Revocation> {
    let lifted = |statement: &Statement<'_>, revocation: Revocation| {
        revocation.reason == Some(RevocationReason::HOLD)
            && statements.iter().any(|other| {
                other.clears && other.revocation.is_none() && other.list.this_update() > statement.list.this_update()
            })
    };
    statements
        .iter()
        .filter_map(|statement| statement.revocation.map(|revocation| (statement, revocation)))
        .filter(|(statement, revocation)| revocation.at <= question.now && !lifted(statement, *revocation))
        .map(|(_, revocation)| revocation)
        .min_by_key(|revocation| revocation.at)
}

fn revoked(question: &PathQuestion<'_>, certificate: &Certificate, revocation: Revocation) -> Option<Finding> {
    let name = title(certificate);
    let at = revocation.at;
    let reason = revocation.reason.unwrap_or(RevocationReason(0)).text();
    let (en, zh) = (reason.get(Lang::En), reason.get(Lang::Zh));
    let time = question.time;
    if at <= time {
        return Some(Finding::new(Code::RevokedBefore).with(text!(
            "{name} was revoked on {at}, before the signing time {time}: {en}",
            "“{name}”已于 {at} 被撤销，早于签名时间 {time}：{zh}"
        )));
    }
    if question.purpose == Purpose::TimestampAuthority && question.certificate == certificate {
        return authority_revoked(certificate, revocation);
    }
    (!question.time_proven).then(|| {
        Finding::new(Code::RevokedAfter).with(text!(
            "{name} was revoked on {at}, after the claimed signing time {time}, which no time stamp proves: {en}",
            "“{name}”于 {at} 被撤销，晚于声称的签名时间 {time}，但没有时间戳证明该时间：{zh}"
        ))
    })
}

/// RFC 3161, 4: what an authority stamped before it was revoked stays good where the list gives one of four reasons, none of
/// which means that somebody else had the key; without a reason, or with another one, nothing does.
fn authority_revoked(certificate: &Certificate, revocation: Revocation) -> Option<Finding> {
    let harmless = [
        RevocationReason::UNSPECIFIED,
        RevocationReason::AFFILIATION_CHANGED,
        RevocationReason::SUPERSEDED,
        RevocationReason::CESSATION,
    ];
    if revocation.reason.is_some_and(|reason| harmless.contains(&reason)) {
        return None;
    }
    let (name, at) = (title(certificate), revocation.at);
    Some(match revocation.reason {
        Some(reason) => {
            let reason = reason.text();
            let (en, zh) = (reason.get(Lang::En), reason.get(Lang::Zh));
            Finding::new(Code::TimestampAuthorityRevoked).with(text!(
                "the time-stamp authority {name} was revoked on {at}: {en}; what it stamped before does not count either",
                "时间戳机构“{name}”已于 {at} 被撤销：{zh}；此前签发的时间戳同样失效"
            ))
        }
        None => Finding::new(Code::TimestampAuthorityRevoked).with(text!(
            "the time-stamp authority {name} was revoked on {at} without a reason; what it stamped before does not count either",
            "时间戳机构“{name}”已于 {at} 被撤销且未说明原因；此前签发的时间戳同样失效"
        )),
    })
}
