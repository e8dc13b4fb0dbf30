#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace arena::config {

// Reads a YAML file of `key: value` lines. A sequence of plain values becomes a comma-separated
// text. The error names the file and the line or key.
absl::StatusOr<std::map<std::string, std::string>> ReadYamlFile(const std::string& path);

}  // namespace arena::config
