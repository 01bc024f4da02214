// Vector tiles by the reader that web maps use: node tiles.mjs URL. Needs @mapbox/vector-tile and pbf (docs/testing.md).
// Every feature of every collection on the tiles of some zooms must have geometry and tags.
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

const base = process.argv[2].replace(/\/$/, '');
const get = async (path) => {
    const reply = await fetch(base + path);
    if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
    return reply;
};
const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => Math.floor((1 - Math.asinh(Math.tan(lat * Math.PI / 180)) / Math.PI) / 2 * 2 ** z);

let features = 0;
const { collections } = await (await get('/api/collections')).json();
for (const { id, extent } of collections) {
    if (!extent.spatial) continue;
    const [west, south, east, north] = extent.spatial.bbox[0];
    for (const z of [5, 8, 10])
        for (let x = column(west, z); x <= column(east, z); x++)
            for (let y = row(north, z); y <= row(south, z); y++) {
                const bytes = new Uint8Array(await (await get(`/api/tiles/${id}/${z}/${x}/${y}.mvt`)).arrayBuffer());
                const layer = new VectorTile(new PbfReader(bytes)).layers[id];
                for (let i = 0; layer && i < layer.length; i++, features++) {
                    const feature = layer.feature(i);
                    if (feature.loadGeometry().length === 0 || Object.keys(feature.properties).length === 0)
                        throw new Error(`${id} ${z}/${x}/${y}: feature ${i} is empty`);
                }
            }
}
if (features === 0) throw new Error('no features');
console.log(`${features} features read`);
