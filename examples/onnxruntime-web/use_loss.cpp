// The value of a loss and the length of its gradient, by onnxruntime: ./use_loss loss.onnx
#include <onnxruntime_cxx_api.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <vector>

int main(int count, char **arguments) {
  if (count != 2) return std::fprintf(stderr, "Usage: use_loss loss.onnx\n"), 2;
  Ort::Env environment(ORT_LOGGING_LEVEL_WARNING, "use_loss");
  Ort::Session session(environment, arguments[1], Ort::SessionOptions());
  std::vector<int64_t> shape = session.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
  for (int64_t &side : shape) side = side < 0 ? 1 : side;
  const size_t length = std::accumulate(shape.begin(), shape.end(), size_t{1}, std::multiplies<size_t>());

  const auto picture = [&](double frequency) {
    std::vector<float> values(length);
    for (size_t i = 0; i < length; i++) values[i] = static_cast<float>(0.5 + 0.4 * std::sin(frequency * i));
    return values;
  };
  std::vector<float> target = picture(0.37), prediction = picture(0.41);

  const Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const auto tensor = [&](std::vector<float> &values) {
    return Ort::Value::CreateTensor<float>(memory, values.data(), length, shape.data(), shape.size());
  };
  const char *inputs[] = {"target", "prediction"}, *outputs[] = {"value", "gradient"};
  std::vector<Ort::Value> given;
  given.push_back(tensor(target));
  given.push_back(tensor(prediction));
  const std::vector<Ort::Value> results = session.Run(Ort::RunOptions(), inputs, given.data(), 2, outputs, 2);

  const float *gradient = results[1].GetTensorData<float>();
  const double squares = std::inner_product(gradient, gradient + length, gradient, 0.0);
  std::printf("%.6f %.6f\n", *results[0].GetTensorData<float>(), std::sqrt(squares));
}
