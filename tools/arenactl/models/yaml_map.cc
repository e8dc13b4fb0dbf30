#include "tools/arenactl/models/yaml_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "common/base/status_macros.h"

namespace arena::arenactl {
namespace {

std::string ListOf(const std::vector<YamlReader::Key>& keys) {
  std::string list;
  for (const YamlReader::Key& key : keys) {
    if (!list.empty()) list += ", ";
    list += key.name;
  }
  return list;
}

}  // namespace

absl::Status YamlReader::Error(const YAML::Node& node, std::string_view what) const {
  // An empty file has no line.
  const int line = std::max(node.Mark().line + 1, 1);
  return absl::InvalidArgumentError(fmt::format("{}:{}: {}.", file_, line, what));
}

absl::Status YamlReader::ReadMap(const YAML::Node& node, std::string_view what,
                                 const std::vector<Key>& keys) const {
  if (!node.IsMap()) {
    return Error(node, fmt::format("{} must be a map with the keys {}", what, ListOf(keys)));
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    ARENA_ASSIGN_OR_RETURN(const std::string name, Text(entry.first));
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const Key& known) { return known.name == name; });
    if (key == keys.end()) {
      return Error(entry.first,
                   fmt::format("{} has no key '{}'; it may have {}", what, name, ListOf(keys)));
    }
    if (!seen.insert(name).second) {
      return Error(entry.first, fmt::format("'{}' is given twice in {}", name, what));
    }
    ARENA_RETURN_IF_ERROR(key->read(entry.second));
  }
  for (const Key& key : keys) {
    if (key.is_required && !seen.contains(std::string(key.name))) {
      return Error(node, fmt::format("{} needs the key '{}'", what, key.name));
    }
  }
  return absl::OkStatus();
}

absl::Status YamlReader::ReadList(
    const YAML::Node& node, std::string_view what,
    const std::function<absl::Status(const YAML::Node&)>& read) const {
  if (!node.IsSequence() || node.size() == 0) {
    return Error(node, fmt::format("{} must be a list with at least one element", what));
  }
  for (const YAML::Node& element : node) ARENA_RETURN_IF_ERROR(read(element));
  return absl::OkStatus();
}

absl::StatusOr<std::string> YamlReader::Text(const YAML::Node& node) const {
  if (!node.IsScalar()) return Error(node, "a single value is expected here");
  return Expand(node, node.Scalar());
}

absl::StatusOr<int32_t> YamlReader::Number(const YAML::Node& node, int32_t most) const {
  ARENA_ASSIGN_OR_RETURN(const std::string text, Text(node));
  int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > most) {
    return Error(node, fmt::format("'{}' must be a whole number from 1 to {}", text, most));
  }
  return number;
}

absl::StatusOr<std::string> YamlReader::Expand(const YAML::Node& node,
                                               const std::string& text) const {
  std::string result;
  size_t done = 0;
  for (size_t at = text.find("${"); at != std::string::npos; at = text.find("${", done)) {
    const size_t end = text.find('}', at);
    if (end == std::string::npos) {
      return Error(node, fmt::format("'{}' has a ${{ without its }}", text));
    }
    const std::string name = text.substr(at + 2, end - at - 2);
    const std::optional<std::string> value = environment_(name);
    if (!value.has_value()) {
      return Error(
          node, fmt::format("the environment variable {} is not set; set it and try again", name));
    }
    result += text.substr(done, at - done) + *value;
    done = end + 1;
  }
  return result + text.substr(done);
}

}  // namespace arena::arenactl
