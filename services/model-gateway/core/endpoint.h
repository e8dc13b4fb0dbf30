#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/ids.h"

namespace arena::model_gateway {

// How a provider is spoken to; the numbers are those of EndpointProtocol in proto/arena/v1.
enum class Protocol : int16_t { kOpenAi = 1 };

// Where a model is served.
struct Endpoint {
  Protocol protocol = Protocol::kOpenAi;
  // Base address such as https://example.org/v1.
  std::string url;
  // The provider's name of the model.
  std::string remote_model;
  // Variable of our environment that holds the key; empty for none.
  std::string api_key_env;
  absl::Duration first_token_timeout = absl::Seconds(30);
  absl::Duration total_timeout = absl::Seconds(300);
  int max_tokens = 4'096;
};

// A model and where it is served, in the order in which endpoints are tried.
struct ModelEndpoints {
  ModelId model{};
  std::vector<Endpoint> endpoints;
};

}  // namespace arena::model_gateway
