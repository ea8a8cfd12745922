//! Options that come as JSON: unknown names are refused, so that a misspelt one is noticed.

use std::ffi::c_char;

use sealcore_core::asn1::Time;
use sealcore_core::text;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::{self, bad};
use crate::failure::Outcome;

/// Reads the caller's JSON.
pub(crate) fn read<T: DeserializeOwned>(json: *const c_char, argument: &str) -> Outcome<T> {
    let json = call::string(json, argument)?;
    serde_json::from_str(json).map_err(|error| {
        let message = text!("the options cannot be read: {error}", "选项无法读取：{error}");
        bad(argument, message)
    })
}

/// A moment: Unix seconds, or RFC 3339.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Moment {
    Unix(i64),
    Text(String),
}

impl Moment {
    pub(crate) fn time(&self, argument: &str) -> Outcome<Time> {
        match self {
            Self::Unix(seconds) => Ok(Time::from_unix(*seconds)),
            Self::Text(text) => Time::parse_rfc3339(text).ok_or_else(|| {
                let message = text!(
                    "“{text}” is no time: Unix seconds, or as 2026-11-22T10:00:00+08:00",
                    "“{text}”不是有效时间：应为 Unix 秒数，或 2026-11-22T10:00:00+08:00 形式"
                );
                bad(argument, message)
            }),
        }
    }

    /// The moment, or what stands in its place.
    pub(crate) fn or(moment: Option<&Self>, otherwise: Time, argument: &str) -> Outcome<Time> {
        moment.map_or(Ok(otherwise), |moment| moment.time(argument))
    }
}
