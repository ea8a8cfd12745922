//! Which certificates a revocation list speaks of: issuing distribution point and critical extensions, RFC 5280, 5.2.

use std::ops::Range;

use super::Certificate;
use super::extension::Extension;
use crate::asn1::{Tag, Tlv};
use crate::error::Result;
use crate::lang::Text;
use crate::oids;
use crate::text;

/// What a list is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) unusable: Option<Text>,
    only_users: bool,
    only_authorities: bool,
    /// Attribute certificates only, or some reasons only.
    partial: bool,
    /// The GeneralNames of the list's distribution point, where it states one.
    points: Option<Vec<Range<usize>>>,
}

impl Scope {
    /// Takes one extension of the list into account.
    pub(super) fn take(&mut self, extension: &Extension<'_>) -> Result<()> {
        match extension.oid {
            oids::CRL_NUMBER => {}
            oids::DELTA_CRL => {
                self.unusable = Some(text!("it is a delta list without its base", "增量列表，缺少基础列表"));
            }
            oids::ISSUING_DISTRIBUTION_POINT => self.take_point(&extension.value)?,
            oid if extension.critical => {
                self.unusable = Some(text!(
                    "it has the critical extension {oid}, which is not processed",
                    "含有未处理的关键扩展 {oid}"
                ));
            }
            _ => {}
        }
        Ok(())
    }

    fn take_point(&mut self, value: &Tlv<'_>) -> Result<()> {
        let mut members = value.nested()?.read(Tag::SEQUENCE)?.children()?;
        while let Some(member) = members.next()? {
            let set = member.content().iter().any(|octet| *octet != 0);
            match member.tag() {
                tag if tag == Tag::context(0) => self.points = Some(point_names(&member)?),
                tag if tag == Tag::context_primitive(1) => self.only_users = set,
                tag if tag == Tag::context_primitive(2) => self.only_authorities = set,
                tag if tag == Tag::context_primitive(4) && set => {
                    self.unusable = Some(text!("it is an indirect list", "间接列表"));
                }
                // Some reasons only, attribute certificates only, or something that is not known.
                tag if tag == Tag::context_primitive(3) => self.partial = true,
                _ if set => self.partial = true,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn covers(&self, certificate: &Certificate, der: &[u8]) -> bool {
        let authority = certificate
            .basic_constraints()
            .is_some_and(|constraints| constraints.ca);
        if self.partial || (self.only_users && authority) || (self.only_authorities && !authority) {
            return false;
        }
        let Some(points) = &self.points else { return true };
        let stated = certificate.crl_points();
        points
            .iter()
            .filter_map(|range| der.get(range.clone()))
            .any(|point| stated.contains(&point))
    }
}

/// The GeneralNames of a DistributionPointName, RFC 5280, 4.2.1.13; none for a name relative to the issuer.
pub(super) fn point_names(point: &Tlv<'_>) -> Result<Vec<Range<usize>>> {
    let mut names = Vec::new();
    let mut choice = point.children()?;
    if let Some(full) = choice.optional(Tag::context(0))? {
        let mut list = full.children()?;
        while let Some(name) = list.next()? {
            names.push(name.offset()..name.offset() + name.raw().len());
        }
    }
    Ok(names)
}
