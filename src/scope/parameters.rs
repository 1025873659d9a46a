//! The connection limits that people set in parameter groups: which group is read when, and what each engine runs with.
//!
//! What stands in a group need not be what runs: while a reboot is due, the engine goes on with what it had before. So
//! what runs is kept instance by instance. Only groups that people made are read, one at a time, each once an hour and
//! when an engine has come to run with it.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Command, ParameterRead};
use crate::resource::{Described, GroupName, LimitSource, Lister, ParameterGroup, Setting};
use crate::time::{Seconds, Timestamp};

#[cfg(test)]
mod tests;

/// How often a group is read.
const INTERVAL: Seconds = Seconds::HOUR;

/// A group that an engine waits for is tried again sooner: until then something else stands in for its limit.
const RETRY: Seconds = Seconds::MINUTE;

/// The groups of a scope and the engines that use them.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    groups: BTreeMap<GroupName, Group>,
    engines: BTreeMap<EngineKey, Running>,
    in_flight: bool,
}

#[derive(Debug, Default)]
struct Group {
    due: Timestamp,
    /// What stood in it when it was last read.
    found: Option<Setting>,
}

/// An instance by its ARN and resource id, and whether its own group is meant or that of its cluster.
type EngineKey = (String, Option<String>, Lister);

/// How an engine stands to its group.
#[derive(Debug)]
struct Running {
    group: GroupName,
    standing: Standing,
    /// What it runs with, if that was ever known, be it of another group.
    setting: Option<Setting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It does not run with what stands in the group.
    Pending,
    /// It does, but the group was not read since.
    Unread,
    /// It does, and the group was read since.
    Read,
}

impl Parameters {
    /// Takes note of who uses which group after the listing of a kind, or after one that failed; returns whether an
    /// engine is known to run with something else than before.
    ///
    /// A number that is new in a group may already wait for a reboot when it is read. An engine is believed to run with
    /// it only when a later listing, which is the one that would tell, still has the group in effect.
    pub(super) fn watch<'a>(
        &mut self,
        users: impl Iterator<Item = (&'a Described, &'a ParameterGroup)>,
        listed: Option<Lister>,
        now: Timestamp,
    ) -> bool {
        let mut before = std::mem::take(&mut self.engines);
        let mut changed = false;
        for (instance, group) in users {
            let key = engine_key(instance, group.name.lister);
            let mut running = before.remove(&key).unwrap_or_else(|| Running::unknown(group));
            running.standing = self.standing(&running, group, &instance.id, now);
            running.group = group.name.clone();
            let confirmed = running.standing == Standing::Read && listed == Some(group.name.lister);
            changed |= confirmed && self.found(&group.name).is_some_and(|setting| running.adopt(&setting));
            self.engines.insert(key, running);
        }
        let used: BTreeSet<&GroupName> = self.engines.values().map(|running| &running.group).collect();
        self.groups.retain(|name, _| used.contains(name));
        changed
    }

    /// The group to read now, if one is due and none is being read.
    pub(super) fn due(&mut self, now: Timestamp) -> Option<Command> {
        if self.in_flight {
            return None;
        }
        let (name, group) = self.groups.iter_mut().find(|(_, group)| now >= group.due)?;
        self.in_flight = true;
        group.due = now + INTERVAL;
        Some(Command::ReadParameters(name.clone()))
    }

    /// Takes a reading in; returns whether a limit may have changed. Without the permission no group of that kind is
    /// read for an hour.
    pub(super) fn ended(&mut self, name: &GroupName, reading: ParameterRead, now: Timestamp) -> bool {
        self.in_flight = false;
        match reading {
            ParameterRead::Found(setting) => return self.read(name, &setting),
            ParameterRead::Denied => {
                let alike = self.groups.iter_mut().filter(|(other, _)| other.lister == name.lister);
                alike.for_each(|(_, group)| group.due = now + INTERVAL);
            }
            ParameterRead::Failed => {
                let awaited = self.engines.values().any(|running| running.group == *name && running.is_waiting());
                if let Some(group) = self.groups.get_mut(name).filter(|_| awaited) {
                    group.due = now + RETRY;
                }
            }
        }
        false
    }

    /// What the own group of an instance sets as its limit, or else that of its cluster.
    pub(super) fn limit(&self, instance: &Described) -> Option<(Setting, LimitSource)> {
        let settings = [Lister::Instances, Lister::Clusters].map(|lister| self.setting(instance, lister));
        settings.into_iter().flatten().find(|(setting, _)| *setting != Setting::Unset)
    }

    /// What an engine runs with by a group of that kind.
    ///
    /// If that was never known, it is what stands in the group: of all its parameters, the connection limit is seldom
    /// the one that waits for the reboot.
    fn setting(&self, instance: &Described, lister: Lister) -> Option<(Setting, LimitSource)> {
        let running = self.engines.get(&engine_key(instance, lister))?;
        Some(match &running.setting {
            Some(formula @ Setting::Formula(_)) => (formula.clone(), LimitSource::ParameterGroupFormula),
            Some(setting) => (setting.clone(), LimitSource::ParameterGroup),
            None => (self.found(&running.group)?, LimitSource::PendingParameterGroup),
        })
    }

    /// How an engine stands to its group as listed. A group that has come into effect is read at once, and one that
    /// nobody can change need not be read.
    fn standing(&mut self, before: &Running, group: &ParameterGroup, instance: &str, now: Timestamp) -> Standing {
        let in_effect = group.is_in_effect_on(instance);
        if !group.name.is_changeable() {
            return if in_effect { Standing::Read } else { Standing::Pending };
        }
        let read = self.groups.entry(group.name.clone()).or_default();
        match before.standing {
            _ if !in_effect => Standing::Pending,
            standing if standing != Standing::Pending && before.group == group.name => standing,
            _ => {
                read.due = now;
                Standing::Unread
            }
        }
    }

    fn read(&mut self, name: &GroupName, setting: &Setting) -> bool {
        let Some(group) = self.groups.get_mut(name) else { return false };
        let mut changed = group.found.as_ref() != Some(setting);
        group.found = Some(setting.clone());
        let unread = |running: &&mut Running| running.group == *name && running.standing == Standing::Unread;
        for running in self.engines.values_mut().filter(unread) {
            running.standing = Standing::Read;
            changed |= running.adopt(setting);
        }
        changed
    }

    fn found(&self, name: &GroupName) -> Option<Setting> {
        if name.is_changeable() { self.groups.get(name)?.found.clone() } else { Some(Setting::Unset) }
    }
}

impl Running {
    fn unknown(group: &ParameterGroup) -> Self {
        Self { group: group.name.clone(), standing: Standing::Pending, setting: None }
    }

    /// Whether something else stands in for what it runs with.
    fn is_waiting(&self) -> bool {
        self.standing == Standing::Unread || self.setting.is_none()
    }

    /// Returns whether that is something else than before.
    fn adopt(&mut self, setting: &Setting) -> bool {
        let changed = self.setting.as_ref() != Some(setting);
        self.setting = Some(setting.clone());
        changed
    }
}

fn engine_key(instance: &Described, lister: Lister) -> EngineKey {
    (instance.arn.clone(), instance.resource_id.clone(), lister)
}
