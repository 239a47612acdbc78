namespace NnUNet.Imaging.Algorithms;

/// <summary>A large temporary that is given back at once, not when the garbage collector runs.</summary>
internal sealed unsafe class FloatBuffer : IDisposable
{
    private float* _start;

    public FloatBuffer(long length)
    {
        _start = (float*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(checked((nuint)length * sizeof(float)), 64);
        Memory = new FloatMemory(_start, length);
    }

    public FloatMemory Memory { get; }

    public void Dispose()
    {
        System.Runtime.InteropServices.NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
