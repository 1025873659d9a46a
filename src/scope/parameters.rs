//! Connection limits of parameter groups: when a group is read, and which setting each engine runs with.
//!
//! The setting of a group may differ from the running one: until a reboot, the engine keeps the previous setting. So the
//! running setting is kept for each instance. Only custom groups are read, one at a time: each once an hour, and when the
//! group takes effect on an engine.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::event::{Command, ParameterRead};
use super::saved::SavedSetting;
use crate::resource::{Described, GroupName, LimitSource, Lister, ParameterGroup, Setting, Text};
use crate::time::{Seconds, Timestamp};

#[cfg(test)]
mod tests;

/// How often a group is read.
const INTERVAL: Seconds = Seconds::HOUR;

/// How soon a failed read is repeated if an engine waits for it: until then its limit comes from another source.
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
    /// The setting when it was last read.
    found: Option<Setting>,
}

/// An instance by its ARN and resource id, and the lister of the group: its own group, or that of its cluster.
type EngineKey = (Text, Option<Text>, Lister);

/// The group of an engine, and the setting that it runs with.
#[derive(Debug)]
struct Running {
    group: GroupName,
    state: GroupState,
    /// The setting that it runs with, if it was ever known; it may be from a previous group.
    setting: Option<Setting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GroupState {
    /// The group is not in effect on the engine.
    Pending,
    /// The group is in effect, but was not read since.
    AwaitingRead,
    /// The group is in effect and was read since.
    Read,
}

impl Parameters {
    /// Records which instance uses which group, after a listing, successful or not; returns whether the known setting of
    /// an engine changed.
    ///
    /// A new value in a group may be pending until a reboot when it is read. It counts as running only when a later
    /// listing still has the group in effect, because that listing would show the pending reboot.
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
            running.state = self.state_of(&running, group, &instance.id, now);
            running.group = group.name.clone();
            let confirmed = running.state == GroupState::Read && listed == Some(group.name.lister);
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

    /// Takes the result of a read; returns whether a limit may have changed. Without the permission no group of that
    /// lister is read for an hour.
    pub(super) fn ended(&mut self, name: &GroupName, result: ParameterRead, now: Timestamp) -> bool {
        self.in_flight = false;
        match result {
            ParameterRead::Found(setting) => return self.read(name, &setting),
            ParameterRead::Denied => {
                let groups = self.groups.iter_mut().filter(|(other, _)| other.lister == name.lister);
                groups.for_each(|(_, group)| group.due = now + INTERVAL);
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

    /// The settings that engines run with, for a restart.
    pub(super) fn saved<'a>(&'a self) -> Vec<SavedSetting<'a>> {
        let saved = |((arn, resource_id, lister), running): (&'a EngineKey, &'a Running)| {
            running.setting.clone().map(|setting| SavedSetting {
                arn: Cow::Borrowed(arn),
                resource_id: resource_id.as_deref().map(Cow::Borrowed),
                lister: *lister,
                group: Cow::Borrowed(&running.group.name),
                setting,
            })
        };
        self.engines.iter().filter_map(saved).collect()
    }

    /// Goes on from what was saved. Each group is read anew.
    pub(super) fn restore(&mut self, saved: Vec<SavedSetting>) {
        for SavedSetting { arn, resource_id, lister, group, setting } in saved {
            let key = (Text::from(&*arn), resource_id.as_deref().map(Text::from), lister);
            let group = GroupName { lister, name: Text::from(&*group) };
            self.engines.insert(key, Running { group, state: GroupState::Pending, setting: Some(setting) });
        }
    }

    /// The limit that the instance's own group sets, or else that of its cluster.
    pub(super) fn limit(&self, instance: &Described) -> Option<(Setting, LimitSource)> {
        let settings = [Lister::Instances, Lister::Clusters].map(|lister| self.setting(instance, lister));
        settings.into_iter().flatten().find(|(setting, _)| *setting != Setting::Unset)
    }

    /// The setting that an engine runs with, from its group of that lister.
    ///
    /// If it was never known, it is the setting of the group: a pending reboot is seldom due to the connection limit.
    fn setting(&self, instance: &Described, lister: Lister) -> Option<(Setting, LimitSource)> {
        let running = self.engines.get(&engine_key(instance, lister))?;
        Some(match &running.setting {
            Some(formula @ Setting::Formula(_)) => (formula.clone(), LimitSource::ParameterGroupFormula),
            Some(setting) => (setting.clone(), LimitSource::ParameterGroup),
            None => (self.found(&running.group)?, LimitSource::PendingParameterGroup),
        })
    }

    /// The state of the group that was listed for an engine. A group that has taken effect is read at once; a default
    /// group cannot be changed and is not read.
    fn state_of(&mut self, before: &Running, group: &ParameterGroup, instance: &str, now: Timestamp) -> GroupState {
        let in_effect = group.is_in_effect_on(instance);
        if !group.name.is_changeable() {
            return if in_effect { GroupState::Read } else { GroupState::Pending };
        }
        let read = self.groups.entry(group.name.clone()).or_default();
        match before.state {
            _ if !in_effect => GroupState::Pending,
            state if state != GroupState::Pending && before.group == group.name => state,
            _ => {
                read.due = now;
                GroupState::AwaitingRead
            }
        }
    }

    fn read(&mut self, name: &GroupName, setting: &Setting) -> bool {
        let Some(group) = self.groups.get_mut(name) else { return false };
        let mut changed = group.found.as_ref() != Some(setting);
        group.found = Some(setting.clone());
        let is_awaiting = |running: &&mut Running| running.group == *name && running.state == GroupState::AwaitingRead;
        for running in self.engines.values_mut().filter(is_awaiting) {
            running.state = GroupState::Read;
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
        Self { group: group.name.clone(), state: GroupState::Pending, setting: None }
    }

    /// Whether its limit comes from another source meanwhile.
    fn is_waiting(&self) -> bool {
        self.state == GroupState::AwaitingRead || self.setting.is_none()
    }

    /// Sets the running setting; returns whether it changed.
    fn adopt(&mut self, setting: &Setting) -> bool {
        let changed = self.setting.as_ref() != Some(setting);
        self.setting = Some(setting.clone());
        changed
    }
}

fn engine_key(instance: &Described, lister: Lister) -> EngineKey {
    (instance.arn.clone(), instance.resource_id.clone(), lister)
}
