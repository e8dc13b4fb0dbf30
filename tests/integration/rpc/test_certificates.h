#pragma once

#include <memory>
#include <string>

#include "tests/support/scratch_folder.h"

namespace arena::rpc {

// PEM files of a certificate and its private key.
struct CertificateFiles {
  std::string certificate;
  std::string key;
};

// A certificate authority made for one test, in a folder that goes with it.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();

  // Signs a certificate for 127.0.0.1 with this common name.
  CertificateFiles Issue(const std::string& common_name);

  std::string ca_file() const { return folder_.PathOf("ca.pem"); }

 private:
  struct Keys;

  testing::ScratchFolder folder_;
  std::unique_ptr<Keys> keys_;
};

}  // namespace arena::rpc
