#include "common/config/settings.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/version.h"
#include "common/config/yaml_file.h"

namespace arena::config {
namespace {

constexpr char kConfigVariable[] = "ARENA_CONFIG";
constexpr size_t kHelpColumn = 30;

std::string HelpEntry(std::string left, std::string_view help) {
  if (left.size() + 2 > kHelpColumn) left += fmt::format("\n{:{}}", "", kHelpColumn);
  return fmt::format("{:<{}}{}\n", left, kHelpColumn, help);
}

// Where the value of a setting comes from: "default 30s; ARENA_DRAIN_TIME".
std::string Provenance(const Setting& setting) {
  if (setting.is_secret) {
    return fmt::format("secret: {} or the file", setting.EnvironmentName());
  }
  const std::string range = setting.validator.wants.empty() ? "" : setting.validator.wants + "; ";
  const std::string fallback =
      setting.default_text.empty() ? "no default" : "default " + setting.default_text;
  return fmt::format("{}{}; {}", range, fallback, setting.EnvironmentName());
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

SettingsParser::SettingsParser(Program program) : program_(std::move(program)) {}

void SettingsParser::Group(std::string title) { group_ = std::move(title); }

void SettingsParser::Add(std::string name, Target target, std::string help, Validator validator) {
  Setting setting{.name = std::move(name),
                  .help = std::move(help),
                  .group = group_,
                  .target = target,
                  .validator = std::move(validator)};
  setting.default_text = setting.Text();
  settings_.push_back(std::move(setting));
}

void SettingsParser::AddSecret(std::string name, std::string* target, std::string help) {
  settings_.push_back(Setting{.name = std::move(name),
                              .help = std::move(help),
                              .group = group_,
                              .target = target,
                              .is_secret = true});
}

void SettingsParser::AddRule(std::function<absl::Status()> rule) {
  rules_.push_back(std::move(rule));
}

std::optional<int> SettingsParser::Parse(int argc, const char* const* argv) {
  return Parse(std::vector<std::string>(argv + 1, argv + argc), ProcessEnvironment(), std::cout,
               std::cerr);
}

std::optional<int> SettingsParser::Parse(const std::vector<std::string>& arguments,
                                         const Environment& environment, std::ostream& out,
                                         std::ostream& err) {
  const auto refuse = [&](const absl::Status& mistake) {
    err << program_.name << ": " << std::string(mistake.message()) << "\n";
    return 1;
  };
  const auto line = ReadCommandLine(arguments);
  if (!line.ok()) return refuse(line.status());
  if (line->help) {
    out << HelpText();
    return 0;
  }
  if (line->version) {
    out << program_.name << " " << Version() << "\n";
    return 0;
  }
  if (const absl::Status filled = Fill(*line, environment); !filled.ok()) return refuse(filled);
  if (!line->check_config) return std::nullopt;
  out << EffectiveYaml();
  return 0;
}

absl::StatusOr<SettingsParser::CommandLine> SettingsParser::ReadCommandLine(
    const std::vector<std::string>& arguments) const {
  CommandLine line;
  line.values.resize(settings_.size());
  std::vector<std::string> texts(settings_.size());
  std::vector<CLI::Option*> options;

  CLI::App app;
  app.set_help_flag();
  app.add_flag("-h,--help", line.help);
  app.add_flag("--version", line.version);
  app.add_flag("--check-config", line.check_config);
  app.add_option("--config", line.config_file);
  for (size_t i = 0; i < settings_.size(); ++i) {
    const std::string flag = "--" + settings_[i].name;
    options.push_back(settings_[i].is_switch() ? app.add_flag(flag, texts[i])
                                               : app.add_option(flag, texts[i]));
  }
  try {
    // CLI11 takes arguments from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ExtrasError& error) {
    const std::vector<std::string> unknown = app.remaining();
    return absl::InvalidArgumentError(
        fmt::format("'{}' is not a setting; see --help.", unknown.empty() ? "" : unknown.front()));
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(fmt::format("{}; see --help.", error.what()));
  }
  for (size_t i = 0; i < settings_.size(); ++i) {
    if (options[i]->count() == 0) continue;
    if (settings_[i].is_secret) {
      return absl::InvalidArgumentError(
          fmt::format("{0} is a secret and must not be a flag, which others can see: set {1}, or "
                      "the key {0} of the file given by --config.",
                      settings_[i].name, settings_[i].EnvironmentName()));
    }
    line.values[i] = texts[i];
  }
  return line;
}

absl::Status SettingsParser::Fill(const CommandLine& line, const Environment& environment) {
  std::string path = line.config_file;
  if (path.empty()) path = environment(kConfigVariable).value_or("");
  std::map<std::string, std::string> file;
  if (!path.empty()) {
    ARENA_ASSIGN_OR_RETURN(file, ReadYamlFile(path));
  }
  for (size_t i = 0; i < settings_.size(); ++i) {
    const Setting& setting = settings_[i];
    const auto in_file = file.extract(setting.name);
    if (line.values[i].has_value()) {
      ARENA_RETURN_IF_ERROR(setting.Assign(*line.values[i], "--" + setting.name));
    } else if (const auto variable = environment(setting.EnvironmentName())) {
      ARENA_RETURN_IF_ERROR(setting.Assign(*variable, setting.EnvironmentName()));
    } else if (!in_file.empty()) {
      ARENA_RETURN_IF_ERROR(
          setting.Assign(in_file.mapped(), fmt::format("{} in {}", setting.name, path)));
    }
  }
  if (!file.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' in {} is not a setting; see --help.", file.begin()->first, path));
  }
  for (const auto& rule : rules_) ARENA_RETURN_IF_ERROR(rule());
  return absl::OkStatus();
}

std::string SettingsParser::EffectiveYaml() const {
  YAML::Emitter yaml;
  yaml << YAML::BeginMap;
  for (const Setting& setting : settings_) {
    yaml << YAML::Key << setting.name << YAML::Value;
    if (setting.is_secret) {
      yaml << (setting.Text().empty() ? "(not set)" : "(set)");
    } else if (setting.is_list()) {
      yaml << YAML::Flow << *std::get<std::vector<std::string>*>(setting.target);
    } else {
      yaml << setting.Text();
    }
  }
  yaml << YAML::EndMap;
  return std::string(yaml.c_str()) + "\n";
}

std::string SettingsParser::HelpText() const {
  std::string text = fmt::format("{}: {}\n\nUsage: {} [SETTING]...\n\n", program_.name,
                                 program_.purpose, program_.name);
  text +=
      "A setting is a flag, an environment variable or a key of the YAML file, in this order of\n"
      "precedence; --drain-time 10s, ARENA_DRAIN_TIME=10s and `drain-time: 10s` say the same.\n"
      "Durations are written as 400ms, 30s or 1m30s, lists with commas.\n";
  text += "\nGeneral\n";
  text += HelpEntry("  --config FILE", fmt::format("YAML file of settings. [{}]", kConfigVariable));
  text +=
      HelpEntry("  --check-config", "Check the settings, print them without secrets, and exit.");
  text += HelpEntry("  --version", "Print the version and exit.");
  text += HelpEntry("  -h, --help", "Print this and exit.");
  std::string group;
  for (const Setting& setting : settings_) {
    if (setting.group != group) text += fmt::format("\n{}\n", group = setting.group);
    const std::string left = setting.is_secret
                                 ? fmt::format("  {}", setting.name)
                                 : fmt::format("  --{} {}", setting.name, setting.Kind());
    text += HelpEntry(left, setting.help);
    text += HelpEntry("", fmt::format("[{}]", Provenance(setting)));
  }
  return text;
}

}  // namespace arena::config
