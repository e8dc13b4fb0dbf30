#include "tools/arenactl/operations/health.h"

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <utility>

#include "absl/synchronization/notification.h"
#include "common/rpc/channel.h"

namespace arena::arenactl {
namespace {

// Debian ships gRPC's health server without its messages. They are the simplest there are: the
// request for the whole server is empty, and the answer's one field, a status, has the number and
// the wire form of Int32Value's.
using HealthRequest = google::protobuf::Empty;
using HealthResponse = google::protobuf::Int32Value;
constexpr int kServing = 1;

}  // namespace

std::string HealthOf(const Remote& remote, absl::Duration timeout) {
  grpc::TemplatedGenericStub<HealthRequest, HealthResponse> stub(remote.channel());
  grpc::ClientContext context;
  rpc::SetDeadline(context, timeout);
  const HealthRequest request;
  HealthResponse response;
  absl::Notification done;
  grpc::Status status;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request, &response,
                 [&](grpc::Status result) {
                   status = std::move(result);
                   done.Notify();
                 });
  done.WaitForNotification();
  if (!status.ok()) return "unreachable";
  return response.value() == kServing ? "serving" : "not-serving";
}

}  // namespace arena::arenactl
