#include "common/config/yaml_document.h"

#include <vector>

namespace arena::config {

YAML::Node LoadYaml(const std::string& text) {
  const std::vector<YAML::Node> documents = YAML::LoadAll(text);
  if (documents.size() > 1) {
    throw YAML::ParserException(documents[1].Mark(), "a second document begins here");
  }
  return documents.empty() ? YAML::Node() : documents.front();
}

}  // namespace arena::config
