//! The JSON Schema of profiles knows everything that a profile may say.

use harness::{profile, protocol};

#[test]
fn every_key_option_timer_and_capability_of_profiles_is_in_the_schema_with_what_it_is() {
    let schema = profile::schema();
    for (key, property) in schema["properties"].as_object().unwrap() {
        assert!(property["description"].is_string(), "{key}");
    }
    let text = schema["allOf"].to_string();
    for protocol in protocol::ALL {
        for timer in protocol.timers() {
            let said = format!("\"{}\":{{\"description\":\"{}", timer.name, timer.what);
            assert!(text.contains(&said), "{}", timer.name);
        }
        let dialect = protocol.dialect_options().iter().map(|option| option.name);
        for name in dialect.chain(protocol.capabilities().iter().copied()) {
            assert!(text.contains(&format!("\"{name}\"")), "{name}");
        }
        for option in protocol.options() {
            assert!(text.contains(option.what), "{}", option.name);
        }
    }
}
