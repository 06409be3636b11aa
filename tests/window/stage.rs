//! A desktop of its own for each story: a display, a session bus, a notification daemon and the
//! folders of a person. Whatever was started is ended with it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use baton_testkit::port::free_port;
use tempfile::TempDir;

use crate::webdriver::Window;

/// The programs that a story needs.
const NEEDED: [&str; 5] = [
    "Xvfb",
    "dbus-daemon",
    "dunst",
    "dunstctl",
    "WebKitWebDriver",
];

/// A panel with a place for tray icons, and the keeper of its settings.
const PANEL: [&str; 2] = [
    "xfce4-panel",
    "/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd",
];

/// The settings of the panel: one bar that holds tray icons and nothing else.
const PANEL_SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="26"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"/>
  </property>
</channel>"#;

/// How long a program may take to be ready.
const READY: Duration = Duration::from_secs(20);

/// The variable that names the app to be tried.
const APP: &str = "BATON_DESKTOP";

/// One notification as the daemon showed it.
#[derive(Debug, Clone)]
pub struct Note {
    /// When, in milliseconds since 1970.
    pub at: i64,
    pub urgency: String,
    pub summary: String,
    pub body: String,
}

/// A desktop.
pub struct Stage {
    app: String,
    display: String,
    bus: String,
    started: Vec<Child>,
    // Last, so that the folder goes after the processes.
    folder: TempDir,
}

impl Stage {
    /// Sets a desktop up, or says why this story cannot be played here and returns nothing.
    pub fn set_up() -> Option<Self> {
        let Ok(app) = std::env::var(APP) else {
            eprintln!("skipped: {APP} does not name the app; tests/window/run.sh does");
            return None;
        };
        for program in NEEDED {
            if find(program).is_none() {
                eprintln!("skipped: {program} is not installed");
                return None;
            }
        }
        let folder = TempDir::with_prefix("baton-window-").expect("a folder");
        for name in ["run", "home", "data", "config", "cache"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.path().join("run"), private).expect("it is ours");
        let mut stage = Self {
            app,
            display: String::new(),
            bus: String::new(),
            started: Vec::new(),
            folder,
        };
        stage.raise_display();
        stage.start_bus();
        stage.start_dunst();
        Some(stage)
    }

    /// A path in the folder of this desktop.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of the workspace, as an argument.
    pub fn workspace(&self) -> String {
        self.path("workspace").to_string_lossy().into_owned()
    }

    /// A program on this desktop, with nothing of the desktop around it.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("HOME", self.path("home"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("NO_AT_BRIDGE", "1")
            .env("BATON_SECRETS_PASSPHRASE_FILE", self.path("passphrase"))
            .stdin(Stdio::null());
        if !self.display.is_empty() {
            command.env("DISPLAY", &self.display);
        }
        if !self.bus.is_empty() {
            command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        }
        command
    }

    fn log(&self, name: &str) -> Stdio {
        let file = fs::File::create(self.path(&format!("{name}.log")));
        file.expect("a log").into()
    }

    /// Starts a program that prints one line when it is ready, and returns the line.
    fn start_until_line(&mut self, mut command: Command, log: &str) -> String {
        let child = command.stdout(Stdio::piped()).stderr(self.log(log)).spawn();
        let mut child = child.expect("it starts");
        let out = child.stdout.take().expect("it is piped");
        self.started.push(child);
        let (sender, line) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(out).read_line(&mut line);
            let _ = sender.send(line);
        });
        let line = line.recv_timeout(READY).expect("it becomes ready");
        assert!(!line.trim().is_empty(), "{log} did not become ready");
        line.trim().to_owned()
    }

    fn raise_display(&mut self) {
        let mut server = self.command("Xvfb");
        server.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ]);
        self.display = format!(":{}", self.start_until_line(server, "xvfb"));
    }

    fn start_bus(&mut self) {
        // Without service files nothing starts by itself that nobody asked for.
        let config = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#,
            self.path("run/bus").display()
        );
        let file = self.path("bus.conf");
        fs::write(&file, config).expect("it can be written");
        let mut bus = self.command("dbus-daemon");
        bus.args([
            "--nofork",
            "--nopidfile",
            "--print-address=1",
            "--config-file",
        ]);
        bus.arg(file);
        self.bus = self.start_until_line(bus, "bus");
    }

    fn start_dunst(&mut self) {
        self.script(
            "shown.sh",
            "printf '%s\\t%s\\t%s\\t%s\\n' \"$(date +%s%3N)\" \"$DUNST_URGENCY\" \
             \"$DUNST_SUMMARY\" \"$(printf %s \"$DUNST_BODY\" | tr '\\n' '|')\" >> \"$HOME/shown\"",
        );
        // Stands in for the menu in which a person picks an action.
        self.script(
            "pick.sh",
            "cat > \"$HOME/offered.new\"; mv \"$HOME/offered.new\" \"$HOME/offered\"; \
             grep -m1 -F \"$(cat \"$HOME/wanted\")\" \"$HOME/offered\"",
        );
        let rules = format!(
            "[global]\ndmenu = {pick}\nnotification_limit = 20\nstack_duplicates = false\n\
             idle_threshold = 0\n[urgency_low]\ntimeout = 0\n[urgency_normal]\ntimeout = 0\n\
             [urgency_critical]\ntimeout = 0\n[every]\nsummary = \"*\"\nscript = {shown}\n",
            pick = self.path("pick.sh").display(),
            shown = self.path("shown.sh").display(),
        );
        fs::write(self.path("dunstrc"), rules).expect("it can be written");
        let mut dunst = self.command("dunst");
        dunst.arg("-conf").arg(self.path("dunstrc"));
        let (out, err) = (self.log("dunst-out"), self.log("dunst"));
        let child = dunst.stdout(out).stderr(err).spawn().expect("dunst starts");
        self.started.push(child);
        until("dunst to be ready", READY, || {
            let asked = self.command("dunstctl").arg("count").output().ok()?;
            asked.status.success().then_some(())
        });
    }

    /// Starts a panel in which tray icons have a place, or says why there is none.
    pub fn start_panel(&mut self) -> bool {
        for program in PANEL {
            if find(program).is_none() {
                eprintln!("skipped: {program} is not installed");
                return false;
            }
        }
        let settings = self.path("config/xfce4/xfconf/xfce-perchannel-xml");
        fs::create_dir_all(&settings).expect("a folder");
        fs::write(settings.join("xfce4-panel.xml"), PANEL_SETTINGS).expect("it can be written");
        for (at, program) in PANEL.into_iter().rev().enumerate() {
            let (out, err) = (
                self.log(&format!("panel-out-{at}")),
                self.log(&format!("panel-{at}")),
            );
            let child = self.command(program).stdout(out).stderr(err).spawn();
            self.started.push(child.expect("it starts"));
        }
        until("the panel", READY, || {
            self.tray("RegisteredStatusNotifierItems").map(|_| ())
        });
        true
    }

    /// A property of the panel's list of tray icons, as the bus prints it.
    pub fn tray(&self, property: &str) -> Option<String> {
        self.ask_bus(
            "org.kde.StatusNotifierWatcher",
            "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties.Get",
            &[
                "string:org.kde.StatusNotifierWatcher",
                &format!("string:{property}"),
            ],
        )
    }

    /// Calls a method over the session bus and returns what is printed, when it answers.
    pub fn ask_bus(&self, of: &str, path: &str, method: &str, with: &[&str]) -> Option<String> {
        let asked = self
            .command("dbus-send")
            .arg("--session")
            .arg("--print-reply=literal")
            .arg(format!("--dest={of}"))
            .args([path, method])
            .args(with)
            .output()
            .ok()?;
        asked
            .status
            .success()
            .then(|| String::from_utf8_lossy(&asked.stdout).into_owned())
    }

    /// Starts a window manager, which gives windows a cross to press.
    pub fn start_window_manager(&mut self) -> bool {
        for program in ["openbox", "wmctrl"] {
            if find(program).is_none() {
                eprintln!("skipped: {program} is not installed");
                return false;
            }
        }
        let (out, err) = (self.log("openbox-out"), self.log("openbox"));
        let child = self.command("openbox").stdout(out).stderr(err).spawn();
        self.started.push(child.expect("it starts"));
        until("the window manager", READY, || self.windows());
        true
    }

    /// The windows on the screen, a line each; nothing while no window manager answers.
    fn windows(&self) -> Option<String> {
        let asked = self.command("wmctrl").arg("-l").output().ok()?;
        asked
            .status
            .success()
            .then(|| String::from_utf8_lossy(&asked.stdout).into_owned())
    }

    /// Whether the window of the app is on the screen.
    pub fn window_is_seen(&self) -> bool {
        let windows = self.windows().unwrap_or_default();
        windows.lines().any(|line| line.ends_with(" Baton"))
    }

    /// Presses the cross of the window.
    pub fn press_cross(&self) {
        let pressed = self.command("wmctrl").args(["-F", "-c", "Baton"]).status();
        assert!(
            pressed.is_ok_and(|status| status.success()),
            "it is pressed"
        );
    }

    /// Whether the app runs.
    pub fn app_lives(&self) -> bool {
        let mark = self.path("run").to_string_lossy().into_owned();
        let program = fs::canonicalize(&self.app).expect("the app is there");
        living(&mark)
            .iter()
            .any(|pid| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program))
    }

    fn script(&self, name: &str, text: &str) {
        let file = self.path(name);
        fs::write(&file, format!("#!/bin/sh\n{text}\n")).expect("it can be written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    /// Starts the app and returns its window.
    pub fn open(&mut self, arguments: &[&str]) -> Window {
        let port = free_port();
        let mut driver = self.command("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let (out, err) = (self.log("driver-out"), self.log("driver"));
        let child = driver.stdout(out).stderr(err).spawn().expect("it starts");
        self.started.push(child);
        until("the driver to listen", READY, || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Window::open(port, &self.app, arguments)
    }

    /// Runs the app a second time and returns how it ended and what it said.
    pub fn run_again(&self, arguments: &[&str], same_bus: bool) -> (ExitStatus, String) {
        let mut command = self.command(&self.app);
        if !same_bus {
            command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        }
        let said = self.path("again");
        let file = fs::File::create(&said).expect("a file");
        let child = command
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(file)
            .spawn();
        let mut child = child.expect("it starts");
        let ended = until("the second start to end", READY, || {
            child.try_wait().ok()?
        });
        (ended, fs::read_to_string(said).unwrap_or_default())
    }

    /// All notifications that were shown so far.
    pub fn notes(&self) -> Vec<Note> {
        let text = fs::read_to_string(self.path("home/shown")).unwrap_or_default();
        text.lines()
            .filter_map(|line| {
                let mut fields = line.split('\t').map(str::to_owned);
                Some(Note {
                    at: fields.next()?.parse().ok()?,
                    urgency: fields.next()?,
                    summary: fields.next()?,
                    body: fields.next()?,
                })
            })
            .collect()
    }

    /// Waits for a notification about somebody.
    pub fn note_about(&self, who: &str, limit: Duration) -> Note {
        until(&format!("a notification about {who}"), limit, || {
            self.notes().into_iter().find(|note| note.summary == who)
        })
    }

    /// What can be pressed on the notifications that stand on the screen, as `#Take (Mia) [3,take]`.
    pub fn offered(&self) -> Vec<String> {
        self.menu("no line is like this")
    }

    /// Presses a button of a notification.
    pub fn press(&self, button: &str, who: &str) {
        let wanted = format!("#{button} ({who})");
        let offered = self.menu(&wanted);
        assert!(
            offered.iter().any(|line| line.contains(&wanted)),
            "{wanted} is not among {offered:?}"
        );
    }

    fn menu(&self, wanted: &str) -> Vec<String> {
        let offered = self.path("home/offered");
        let _ = fs::remove_file(&offered);
        fs::write(self.path("home/wanted"), wanted).expect("it can be written");
        let asked = self.command("dunstctl").arg("context").status();
        assert!(asked.is_ok_and(|status| status.success()), "dunst answers");
        // Without any notification there is no menu either.
        let end = Instant::now() + Duration::from_millis(700);
        while Instant::now() < end {
            if let Ok(text) = fs::read_to_string(&offered) {
                return text.lines().map(str::to_owned).collect();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Vec::new()
    }

    /// Ends everything that lives on this desktop: each process that has its folder in its
    /// environment. WebKit starts several that are nobody's children in the end.
    fn clear(&mut self) {
        let mark = self.path("run").to_string_lossy().into_owned();
        for _ in 0..20 {
            let left = living(&mark);
            if left.is_empty() {
                break;
            }
            for pid in left {
                let _ = Command::new("kill").args(["-9", &pid]).status();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        for child in &mut self.started {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for name in ["dunst", "driver", "again"] {
                let file = self.path(name).with_extension("log");
                if let Ok(text) = fs::read_to_string(file) {
                    eprintln!("--- {name}\n{text}");
                }
            }
            if let Some(folder) = std::env::var_os("BATON_WINDOW_OUT") {
                let picture = Path::new(&folder).join("failed.png");
                let _ = self
                    .command("import")
                    .args(["-window", "root"])
                    .arg(picture)
                    .status();
            }
        }
        self.clear();
    }
}

fn living(mark: &str) -> Vec<String> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let pid = entry.file_name().to_string_lossy().into_owned();
            let environment = fs::read(entry.path().join("environ")).ok()?;
            String::from_utf8_lossy(&environment)
                .contains(mark)
                .then_some(pid)
        })
        .collect()
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Waits until something is there, and fails with its name when it does not come.
pub fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited {limit:?} in vain for {what}");
        std::thread::sleep(Duration::from_millis(40));
    }
}
