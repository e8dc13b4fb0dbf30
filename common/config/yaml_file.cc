#include "common/config/yaml_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <ios>
#include <iterator>
#include <vector>

#include "common/base/status_macros.h"
#include "common/config/yaml_document.h"

namespace arena::config {
namespace {

absl::StatusOr<std::string> TextOf(const std::string& path, const std::string& key,
                                   const YAML::Node& node) {
  const auto wrong = absl::InvalidArgumentError(
      fmt::format("{} in {} must be a plain value or a list of plain values.", key, path));
  if (node.IsScalar()) return node.Scalar();
  if (!node.IsSequence()) return wrong;
  std::vector<std::string> items;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) return wrong;
    items.push_back(item.Scalar());
  }
  return fmt::format("{}", fmt::join(items, ","));
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> ReadYamlFile(const std::string& path) {
  YAML::Node root;
  try {
    std::ifstream file(path);
    if (!file) return absl::NotFoundError(fmt::format("The file {} cannot be read.", path));
    root = LoadYaml({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  } catch (const YAML::Exception& error) {
    // The parser's own words, which may quote the file, stay here.
    return absl::InvalidArgumentError(
        fmt::format("{} is not one YAML document: see line {}.", path, error.mark.line + 1));
  } catch (const std::ios::failure&) {
    return absl::NotFoundError(fmt::format("{} is no file that can be read.", path));
  }
  std::map<std::string, std::string> values;
  if (root.IsNull()) return values;
  if (!root.IsMap()) {
    return absl::InvalidArgumentError(fmt::format("{} must hold `key: value` lines.", path));
  }
  for (const auto& entry : root) {
    if (!entry.first.IsScalar()) {
      return absl::InvalidArgumentError(fmt::format("{} has a key that is no text.", path));
    }
    const std::string& key = entry.first.Scalar();
    ARENA_ASSIGN_OR_RETURN(std::string text, TextOf(path, key, entry.second));
    if (!values.emplace(key, std::move(text)).second) {
      return absl::InvalidArgumentError(fmt::format("{} names {} twice.", path, key));
    }
  }
  return values;
}

}  // namespace arena::config
