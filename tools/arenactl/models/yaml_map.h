#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/config/settings.h"

namespace arena::arenactl {

// Reads YAML strictly: every complaint begins with FILE:LINE. Not shared by threads.
class YamlReader {
 public:
  YamlReader(std::string file, const config::Environment& environment)
      : file_(std::move(file)), environment_(environment) {}

  // One key that a map may have, and what to do with its value.
  struct Key {
    std::string_view name;
    std::function<absl::Status(const YAML::Node&)> read;
    bool is_required = false;
  };

  // Reads a map; `what` names it, as "a model". Keys that are unknown, given twice or missing are
  // errors.
  absl::Status ReadMap(const YAML::Node& node, std::string_view what,
                       const std::vector<Key>& keys) const;
  // Reads each element of a sequence that is not empty.
  absl::Status ReadList(const YAML::Node& node, std::string_view what,
                        const std::function<absl::Status(const YAML::Node&)>& read) const;
  // A scalar with its ${NAME}s replaced.
  absl::StatusOr<std::string> Text(const YAML::Node& node) const;
  // A whole number from 1 to `most`.
  absl::StatusOr<int32_t> Number(const YAML::Node& node, int32_t most) const;

  // An error at the line of `node`.
  absl::Status Error(const YAML::Node& node, std::string_view what) const;

 private:
  absl::StatusOr<std::string> Expand(const YAML::Node& node, const std::string& text) const;

  const std::string file_;
  const config::Environment& environment_;
};

}  // namespace arena::arenactl
