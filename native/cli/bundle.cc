#include "native/cli/bundle.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace ferrite {
namespace {

void AddCopy(CLI::App* app, const char* what, BundleCopyOptions* options) {
  app->add_option("file", options->file, what)->required();
  app->add_option("-o,--output", options->output,
                  "The file to write, which must not exist")
      ->required();
  AddKeyOptions(app, &options->key);
}

}  // namespace

void AddBundleCommands(CLI::App* app, const AddCommand& add,
                       BundleArguments* arguments, const Console& console) {
  CLI::App* bundle = app->add_subcommand(
      "bundle", "Look at, encrypt and decrypt a bundle's container");
  bundle->fallthrough();
  bundle->configurable();
  bundle->require_subcommand(1);
  CLI::App* info = add(
      bundle, "info", "Check a container and say what it is",
      [&console, arguments] { return BundleInfo(arguments->info, console); });
  info->add_option("file", arguments->info.file, "The container")->required();
  AddKeyOptions(info, &arguments->info.key);
  CLI::App* encrypt = add(bundle, "encrypt", "Compress and encrypt a bundle",
                          [&console, arguments] {
                            return BundleEncrypt(arguments->encrypt, console);
                          });
  AddCopy(encrypt, "A bundle, in a container or not", &arguments->encrypt);
  encrypt->add_option("--description", arguments->encrypt.description,
                      "A text for people, which is not encrypted");
  AddCopy(add(bundle, "decrypt", "Write the bundle that a container holds",
              [&console, arguments] {
                return BundleDecrypt(arguments->decrypt, console);
              }),
          "The encrypted container", &arguments->decrypt);
}

}  // namespace ferrite
