// Seconds that ITK as WebAssembly takes to read an image, one number a run. Arguments: the folder with node_modules, the image (a file, or a folder with a DICOM series), runs.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, image, runs] = process.argv.slice(2)
const load = name => import(pathToFileURL(path.join(modules, 'node_modules', '@itk-wasm', name, 'dist', 'index-node.js')))
const series = fs.statSync(image).isDirectory()
const files = series ? fs.readdirSync(image).sort().map(name => path.join(image, name)) : [image]
const { readImageNode } = await load('image-io')
const { readImageDicomFileSeriesNode } = await load('dicom')
const read = async () => series ? (await readImageDicomFileSeriesNode({ inputImages: files })).outputImage : await readImageNode(image)

const voxels = (await read()).data.length
const seconds = []
for (let run = 0; run < Number(runs); run++) {
  const begun = process.hrtime.bigint()
  if ((await read()).data.length !== voxels) throw new Error('another image was read')
  seconds.push(Number(process.hrtime.bigint() - begun) / 1e9)
}

console.log([voxels, ...seconds].join(' '))
