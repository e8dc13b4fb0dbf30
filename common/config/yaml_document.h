#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

namespace arena::config {

// The document of a YAML text; null when there is none. Throws YAML::ParserException for what is
// no YAML, and at a second document, which YAML::Load would pass over.
YAML::Node LoadYaml(const std::string& text);

}  // namespace arena::config
