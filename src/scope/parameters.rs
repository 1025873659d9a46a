//! The connection limits that people set in parameter groups: which group is read when, and what was found.
//!
//! Only groups that people made are read, one at a time and each once an hour: the limit changes with a reboot.

use std::collections::{BTreeMap, BTreeSet};

use super::Command;
use super::listing::is_due;
use crate::plan::Seconds;
use crate::resource::Resource;

/// How often a group is read.
const INTERVAL: Seconds = 3600;

/// A group that was never read is tried again sooner: until then the formula stands in.
const RETRY: Seconds = 60;

/// What RDS calls the groups that nobody can change.
const UNCHANGEABLE: &str = "default.";

/// What reading a parameter group brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// Somebody set the limit to a number.
    Set(f64),
    /// Nobody did: the engine computes it.
    NotSet,
    /// The permission is missing.
    Denied,
    /// No answer.
    Failed,
}

/// The groups of a scope.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    groups: BTreeMap<String, Group>,
    in_flight: bool,
}

#[derive(Debug, Default)]
struct Group {
    due: Seconds,
    limit: Option<f64>,
}

impl Parameters {
    /// Takes note of who uses which group.
    pub(super) fn watch(&mut self, instances: &[Resource]) {
        let used = instances.iter().filter_map(|instance| instance.facts.ordered.parameter_group.as_deref());
        let used: BTreeSet<&str> = used.filter(|group| !group.starts_with(UNCHANGEABLE)).collect();
        self.groups.retain(|group, _| used.contains(group.as_str()));
        for group in used {
            self.groups.entry(group.to_owned()).or_default();
        }
    }

    /// The group to read now, if one is due and none is being read.
    pub(super) fn due(&mut self, now: Seconds) -> Option<Command> {
        if self.in_flight {
            return None;
        }
        let (name, group) = self.groups.iter_mut().find(|(_, group)| is_due(group.due, INTERVAL, now))?;
        self.in_flight = true;
        group.due = now + INTERVAL;
        Some(Command::ReadParameters(name.clone()))
    }

    /// Takes a reading in; returns whether a limit changed. Without the permission no group is read for an hour.
    pub(super) fn ended(&mut self, name: &str, reading: Reading, now: Seconds) -> bool {
        self.in_flight = false;
        let limit = match reading {
            Reading::Set(limit) => Some(limit),
            Reading::NotSet => None,
            Reading::Denied => {
                self.groups.values_mut().for_each(|group| group.due = now + INTERVAL);
                return false;
            }
            Reading::Failed => {
                if let Some(group) = self.groups.get_mut(name).filter(|group| group.limit.is_none()) {
                    group.due = now + RETRY;
                }
                return false;
            }
        };
        let Some(group) = self.groups.get_mut(name) else { return false };
        std::mem::replace(&mut group.limit, limit) != limit
    }

    /// The limit set in the group of an instance.
    pub(super) fn limit(&self, instance: &Resource) -> Option<f64> {
        self.groups.get(instance.facts.ordered.parameter_group.as_deref()?)?.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{Facts, Ordered, fixture};

    fn with_group(group: &str) -> Resource {
        let ordered = Ordered { parameter_group: Some(group.to_owned()), ..Ordered::default() };
        Resource { facts: Facts { ordered, ..Facts::default() }, ..fixture::instance("orders") }
    }

    fn read(parameters: &mut Parameters, now: Seconds) -> Option<String> {
        match parameters.due(now)? {
            Command::ReadParameters(group) => Some(group),
            _ => None,
        }
    }

    #[test]
    fn groups_that_people_made_are_read_one_by_one_and_once_an_hour() {
        let mut parameters = Parameters::default();
        parameters.watch(&[with_group("a"), with_group("a"), with_group("b"), with_group("default.mysql8.4")]);
        assert_eq!(read(&mut parameters, 10_000).as_deref(), Some("a"));
        assert_eq!(read(&mut parameters, 10_001), None, "one at a time");
        assert!(parameters.ended("a", Reading::Set(500.0), 10_002));
        assert_eq!(parameters.limit(&with_group("a")), Some(500.0));
        assert_eq!(read(&mut parameters, 10_002).as_deref(), Some("b"));
        assert!(!parameters.ended("b", Reading::NotSet, 10_003));
        assert_eq!(read(&mut parameters, 13_599), None);
        assert_eq!(read(&mut parameters, 13_600).as_deref(), Some("a"));
        assert!(!parameters.ended("a", Reading::Failed, 13_601));
        assert_eq!(parameters.limit(&with_group("a")), Some(500.0), "a failure changes nothing");
    }

    #[test]
    fn a_missing_permission_is_asked_for_once_an_hour() {
        let mut parameters = Parameters::default();
        parameters.watch(&[with_group("a"), with_group("b")]);
        assert_eq!(read(&mut parameters, 10_000).as_deref(), Some("a"));
        parameters.ended("a", Reading::Denied, 10_001);
        assert_eq!(read(&mut parameters, 13_600), None);
        assert!(read(&mut parameters, 13_601).is_some());
    }
}
