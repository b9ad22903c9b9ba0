export { conv2d } from "./convolution";
