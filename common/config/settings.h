#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/config/setting.h"

namespace arena::config {

// Reads an environment variable; nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment ProcessEnvironment();

// The settings of one program. Each is a flag (`--drain-time 10s`), an environment variable
// (ARENA_DRAIN_TIME) and a key of the YAML file given by --config (`drain-time: 10s`), in this
// order of precedence; the default is what the target holds when it is added. Secrets have no flag.
// Targets must outlive the parser. Not for use by several threads.
class SettingsParser {
 public:
  struct Program {
    // As typed, for example "arena-matchmaker".
    std::string name;
    // One line: what the program is for.
    std::string purpose;
  };
  explicit SettingsParser(Program program);

  // Settings added from here on are listed under `title` in --help.
  void Group(std::string title);

  // `name` is in kebab case. `help` is one sentence and names the unit where the type does not.
  // Durations are written as "400ms" or "30s"; lists are comma-separated, or a sequence in YAML.
  void Add(std::string name, Target target, std::string help, Validator validator = {});

  // A string that is never printed and can only come from the environment or the file.
  void AddSecret(std::string name, std::string* target, std::string help);

  // A rule that spans several settings; run after all targets are filled. Its message is printed.
  void AddRule(std::function<absl::Status()> rule);

  // Fills the targets. Returns the code to exit with after --help, --version, --check-config or a
  // mistake (one clear sentence on standard error), or nothing when the program shall run.
  std::optional<int> Parse(int argc, const char* const* argv);

  // As above, with everything outside passed in; for tests.
  std::optional<int> Parse(const std::vector<std::string>& arguments,
                           const Environment& environment, std::ostream& out, std::ostream& err);

  // The effective settings as YAML, secrets as "(set)" or "(not set)".
  std::string EffectiveYaml() const;

 private:
  // What the command line said: a text for each setting, where given, and the general flags.
  struct CommandLine {
    std::vector<std::optional<std::string>> values;
    std::string config_file;
    bool help = false;
    bool version = false;
    bool check_config = false;
  };

  absl::StatusOr<CommandLine> ReadCommandLine(const std::vector<std::string>& arguments) const;
  absl::Status Fill(const CommandLine& line, const Environment& environment);
  std::string HelpText() const;

  Program program_;
  std::string group_ = "Settings";
  std::vector<Setting> settings_;
  std::vector<std::function<absl::Status()>> rules_;
};

}  // namespace arena::config
