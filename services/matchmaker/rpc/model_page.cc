#include "services/matchmaker/rpc/model_page.h"

#include <algorithm>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/domain/model_name.h"
#include "services/matchmaker/core/model_rules.h"

namespace arena::matchmaker {

absl::StatusOr<ModelPage> PageOf(const Catalog& catalog, int page_size,
                                 const std::string& page_token,
                                 const std::function<bool(const Model&)>& is_listed) {
  ARENA_RETURN_IF_ERROR(
      CheckRange("kMaxPageModels", "page_size", page_size, 0, limits::kMaxPageModels));
  if (!page_token.empty() && !IsModelName(page_token)) {
    return FieldInvalid("page_token", "the next_page_token of a page");
  }
  const size_t size = static_cast<size_t>(page_size == 0 ? limits::kDefaultPageModels : page_size);
  const std::vector<Model>& models = catalog.models();
  auto next = std::upper_bound(
      models.begin(), models.end(), page_token,
      [](const std::string& token, const Model& model) { return token < model.name(); });
  ModelPage page;
  for (; next != models.end(); ++next) {
    if (!is_listed(*next)) continue;
    if (page.models.size() == size) {
      page.next_page_token = page.models.back()->name();
      break;
    }
    page.models.push_back(&*next);
  }
  return page;
}

}  // namespace arena::matchmaker
