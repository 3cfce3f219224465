// The page: draws a target, paints it from grey, and shows each step. There is no TensorFlow.js here: the loss and its gradient are the file loss.onnx.
//
//   index.html?device=webgpu&steps=200
import { openLoss, paint } from './paint.js'

const asked = new URLSearchParams(location.search)
const device = asked.get('device') ?? 'wasm'
const steps = Number(asked.get('steps') ?? 200)
const [targetCanvas, pictureCanvas] = ['target', 'picture'].map((id) => document.getElementById(id).getContext('2d'))
const status = document.getElementById('status')

// A sun over a meadow.
targetCanvas.fillStyle = '#6db3e8'
targetCanvas.fillRect(0, 0, 64, 64)
targetCanvas.fillStyle = '#4f8f3a'
targetCanvas.fillRect(0, 40, 64, 24)
targetCanvas.fillStyle = '#f6d33c'
targetCanvas.beginPath()
targetCanvas.arc(44, 18, 10, 0, 2 * Math.PI)
targetCanvas.fill()

/** RGB in [0, 1], [1, height, width, 3]. */
const read = (canvas) => {
  const { data } = canvas.getImageData(0, 0, 64, 64)
  return Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)] / 255)
}

const show = (picture) => {
  const image = new ImageData(64, 64)
  picture.forEach((value, i) => (image.data[Math.floor(i / 3) * 4 + (i % 3)] = 255 * value))
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255
  pictureCanvas.putImageData(image, 0, 0)
}

const paintTarget = async () => {
  const loss = await openLoss('loss.onnx', device)
  const values = []
  const picture = await paint(loss, read(targetCanvas), {
    steps,
    onStep: (step, value, current) => {
      values.push(value)
      status.textContent = `step ${step + 1} of ${steps}: ${value.toFixed(4)}`
      show(current)
    },
  })
  return { values, picture: Array.from(picture), target: Array.from(read(targetCanvas)) }
}

// For tests and the curious: the value of each step.
window.result = paintTarget().catch((error) => ({ error: String(error) }))
