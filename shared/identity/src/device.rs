//! What to call the device of a session, from what its program says of itself.

/// The tokens of `User-Agent` headers by which systems and browsers are known. The first that is found counts: most browsers also name those
/// that they resemble.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];
const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("MSIE", "Internet Explorer"),
];

/// A name for people, such as `Firefox on Windows`. A program that is no browser is called what it calls itself, such as `okhttp`.
pub(crate) fn name(user_agent: &str) -> Option<String> {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(token, _)| user_agent.contains(token)).map(|(_, name)| (*name).to_owned())
    };
    let itself = || {
        let product = user_agent.split(['/', ' ', '(']).next().unwrap_or_default();
        (!product.is_empty()).then(|| product.chars().take(50).collect::<String>())
    };
    match (find(&BROWSERS).filter(|_| user_agent.starts_with("Mozilla/")), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(browser), None) => Some(browser),
        (None, Some(system)) if user_agent.starts_with("Mozilla/") => Some(system),
        (None, _) => itself(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_called_what_its_owner_would_call_it() {
        for (agent, called) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "iPad"),
            ("okhttp/5.1.0", "okhttp"),
            ("Bikes/12 CFNetwork/3826 Darwin/24.5", "Bikes"),
            ("curl/8.14.1", "curl"),
        ] {
            assert_eq!(name(agent).as_deref(), Some(called), "{agent}");
        }
        assert_eq!(name(""), None);
        assert_eq!(name("/1.0"), None);
    }
}
