#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/matchmaker/core/catalog.h"

namespace arena::matchmaker {

struct ModelPage {
  // By name, ascending; they belong to the catalog.
  std::vector<const Model*> models;
  // Empty on the last page.
  std::string next_page_token;
};

// The models after `page_token` that `is_listed` lets through. A token is the last name of the page
// before, so that a page stays right when models are added meanwhile. `page_size` 0 means the
// default; FIELD_INVALID for one out of range and for a token that we did not make.
absl::StatusOr<ModelPage> PageOf(const Catalog& catalog, int page_size,
                                 const std::string& page_token,
                                 const std::function<bool(const Model&)>& is_listed);

}  // namespace arena::matchmaker
