#pragma once

#include <grpcpp/impl/server_builder_option.h>

#include <string>
#include <vector>

namespace arena::rpc {

// Tells which services a server is built with, by full name: the health service answers only for
// names that it was told. `names` is filled while the server is built.
class CollectServiceNames : public grpc::ServerBuilderOption {
 public:
  explicit CollectServiceNames(std::vector<std::string>& names) : names_(names) {}

  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override;

 private:
  std::vector<std::string>& names_;
};

}  // namespace arena::rpc
