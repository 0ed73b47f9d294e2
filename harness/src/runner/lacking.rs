//! What a scenario needs and a profile does not offer.

use super::case::Job;
use crate::profile::{Profile, WayIn};
use crate::protocol::{Protocol, Role};
use crate::scenario::{Need, Scenario};

impl Job<'_> {
    /// Why a profile does not offer what a scenario needs, if it does not.
    pub(super) fn lacking(
        protocol: &dyn Protocol,
        scenario: &Scenario,
        profile: &Profile,
        role: Role,
    ) -> Option<String> {
        if !profile.roles.contains(&role) {
            let role = protocol.word(role);
            return Some(format!("the profile does not have the role {role}"));
        }
        if profile.way != WayIn::Reference
            && let Some(why) = Self::other_options(protocol, scenario, profile)
        {
            return Some(why);
        }
        for need in &scenario.needs {
            if !profile.offers(need.value) {
                return Some(match need.value {
                    Need::Control => "it needs control lines".to_owned(),
                    Need::SecondAddress => {
                        "it needs a second IP address, which this host does not have".to_owned()
                    }
                    Need::Given => "the profile does not declare the capability `given`".to_owned(),
                });
            }
        }
        if scenario.restarts() && matches!(profile.way, WayIn::Address(_)) {
            return Some("it restarts the subject, which the suite did not start".to_owned());
        }
        scenario
            .given
            .keys()
            .find(|key| !profile.capabilities.contains(*key))
            .map(|key| format!("the profile does not declare the capability `{key}`"))
    }

    /// The option that is not as a scenario wants it.
    fn other_options(
        protocol: &dyn Protocol,
        scenario: &Scenario,
        profile: &Profile,
    ) -> Option<String> {
        scenario.when.iter().find_map(|(name, wanted)| {
            let spec = protocol.options().iter().find(|spec| spec.name == name.value)?;
            let fits = profile.options.fits(spec, &wanted.0);
            let words = wanted.0.join(if spec.several { " and " } else { " or " });
            (!fits).then(|| format!("it is for subjects with `{}`: {words}", spec.name))
        })
    }
}
