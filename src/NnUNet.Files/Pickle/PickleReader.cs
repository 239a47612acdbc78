namespace NnUNet.Files.Pickle;

/// <summary>
/// The pickle virtual machine, protocols 0 to 5. It knows values, containers and an allow-list of names; every other name is refused, and no
/// type is ever looked up.
/// </summary>
/// <remarks>The opcodes are those of Python's Lib/pickletools.py.</remarks>
internal sealed class PickleReader
{
    private const string Damaged = "the file is damaged or not a pickle of plain data; copy or make it again";

    // What a value costs besides its content: the object, its place on the stack and in a container, and in the memo.
    private const int ValueBytes = 64;
    private const int MemoBytes = 48;

    private static readonly object[] SmallIntegers = [.. Enumerable.Range(0, 256).Select(static i => (object)(long)i)];
    private static readonly object True = true;
    private static readonly object False = false;

    private readonly string _where;
    private readonly PickleOptions _options;
    private readonly PickleBudget _budget;
    private readonly PickleInput _input;
    private readonly PickleGlobals _globals;
    private readonly PickleStack _stack = new();
    private readonly Dictionary<long, object?> _memo = [];

    private PickleReader(string where, Stream stream, PickleOptions options)
    {
        _where = where;
        _options = options;
        _budget = new PickleBudget(options.MaxMemory);
        _input = new PickleInput(stream, _budget);
        _globals = new PickleGlobals(options);
    }

    /// <summary>Reads one value.</summary>
    /// <param name="where">The file, and the entry in it.</param>
    /// <param name="stream">Stands at the beginning; after the call right behind the pickle if it is a file or in memory.</param>
    /// <param name="options">What is allowed.</param>
    /// <exception cref="PickleException">The pickle is cut off, damaged, too large, or asks for what is not allowed.</exception>
    public static object? Read(string where, Stream stream, PickleOptions options) => new PickleReader(where, stream, options).Run();

    private object? Run()
    {
        long at = 0;
        try
        {
            while (true)
            {
                at = _input.Position;
                byte code = _input.Byte();
                if (code == PickleOpcode.Stop)
                {
                    object? result = _stack.Pop();
                    PickleTree.Check(result, _options, _input.Position);
                    return result;
                }

                _budget.Take(ValueBytes);
                Step(code);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new PickleException(_where, $"the pickle ends after {_input.Position} bytes, before its end mark", "the file is cut off; copy it again", e);
        }
        catch (PickleRefusal e)
        {
            throw new PickleException(_where, $"byte {at}: {e.Message}", "nothing of it was run; get the file from a source that you trust, saved by nnU-Net itself", e);
        }
        catch (InvalidDataException e)
        {
            throw new PickleException(_where, $"byte {at}: {e.Message}", Damaged, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PickleException(_where, $"cannot be read ({e.Message.TrimEnd('.')})", "check that the file exists and may be read", e);
        }
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case PickleOpcode.Proto:
                int protocol = _input.Byte();
                if (protocol > 5) throw new InvalidDataException($"protocol {protocol} is not known (0 to 5)");
                break;
            case PickleOpcode.Frame:
                _input.Length(); // where the writer flushed; the values say the same
                break;
            case PickleOpcode.Mark:
                _stack.Mark();
                break;
            case PickleOpcode.Pop:
                _stack.Drop();
                break;
            case PickleOpcode.PopMark:
                _stack.PopToMark();
                break;
            case PickleOpcode.Dup:
                _stack.Push(_stack.Peek());
                break;
            case PickleOpcode.None:
                _stack.Push(null);
                break;
            case PickleOpcode.NewTrue:
                _stack.Push(True);
                break;
            case PickleOpcode.NewFalse:
                _stack.Push(False);
                break;
            default:
                if (!StepNumber(code) && !StepText(code) && !StepContainer(code) && !StepMemo(code) && !StepObject(code))
                {
                    throw new InvalidDataException($"0x{code:x2} is not an operation of a pickle");
                }

                break;
        }
    }

    private bool StepNumber(byte code)
    {
        switch (code)
        {
            case PickleOpcode.BinInt1:
                _stack.Push(SmallIntegers[_input.Byte()]);
                return true;
            case PickleOpcode.BinInt2:
                _stack.Push((long)_input.UInt16());
                return true;
            case PickleOpcode.BinInt:
                _stack.Push((long)_input.Int32());
                return true;
            case PickleOpcode.Long1:
                _stack.Push(_input.Integer(_input.Byte()));
                return true;
            case PickleOpcode.Long4:
                _stack.Push(_input.Integer((long)_input.Int32()));
                return true;
            case PickleOpcode.BinFloat:
                _stack.Push(_input.Double());
                return true;
            case PickleOpcode.Int:
                string digits = _input.Line();
                _stack.Push(digits switch { "01" => True, "00" => False, _ => PickleInput.Integer(digits) });
                return true;
            case PickleOpcode.Long:
                _stack.Push(PickleInput.Integer(_input.Line().TrimEnd('L')));
                return true;
            case PickleOpcode.Float:
                _stack.Push(PickleInput.Double(_input.Line()));
                return true;
            default:
                return false;
        }
    }

    private bool StepText(byte code)
    {
        switch (code)
        {
            case PickleOpcode.ShortBinUnicode:
                _stack.Push(_input.Utf8Text(_input.Byte()));
                return true;
            case PickleOpcode.BinUnicode:
                _stack.Push(_input.Utf8Text(_input.UInt32()));
                return true;
            case PickleOpcode.BinUnicode8:
                _stack.Push(_input.Utf8Text(_input.Length()));
                return true;
            case PickleOpcode.Unicode:
                _stack.Push(PickleText.RawUnicode(_input.Line()));
                return true;
            case PickleOpcode.String:
                _stack.Push(PickleText.Quoted(_input.Line()));
                return true;
            case PickleOpcode.ShortBinString:
                _stack.Push(_input.Latin1Text(_input.Byte()));
                return true;
            case PickleOpcode.BinString:
                _stack.Push(_input.Latin1Text(_input.Int32()));
                return true;
            case PickleOpcode.ShortBinBytes:
                _stack.Push(_input.Bytes(_input.Byte()));
                return true;
            case PickleOpcode.BinBytes:
                _stack.Push(_input.Bytes(_input.UInt32()));
                return true;
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                _stack.Push(_input.Bytes(_input.Length()));
                return true;
            case PickleOpcode.NextBuffer or PickleOpcode.ReadOnlyBuffer:
                throw new PickleRefusal("it keeps a buffer outside of the file");
            default:
                return false;
        }
    }

    private bool StepContainer(byte code)
    {
        switch (code)
        {
            case PickleOpcode.EmptyTuple:
                _stack.Push(PickleTuple.Create([]));
                return true;
            case PickleOpcode.Tuple1 or PickleOpcode.Tuple2 or PickleOpcode.Tuple3:
                _stack.Push(new PickleTuple(_stack.Pop(code - PickleOpcode.Tuple1 + 1)));
                return true;
            case PickleOpcode.Tuple:
                _stack.Push(new PickleTuple(_stack.PopToMark()));
                return true;
            case PickleOpcode.EmptyList:
                _stack.Push(new List<object?>());
                return true;
            case PickleOpcode.List:
                _stack.Push(new List<object?>(_stack.PopToMark()));
                return true;
            case PickleOpcode.Append:
                object? item = _stack.Pop();
                Top<List<object?>>().Add(item);
                return true;
            case PickleOpcode.Appends:
                object?[] items = _stack.PopToMark();
                Top<List<object?>>().AddRange(items);
                return true;
            case PickleOpcode.EmptyDict:
                _stack.Push(new PickleDictionary());
                return true;
            case PickleOpcode.Dict:
                PickleDictionary dictionary = new();
                Set(dictionary, _stack.PopToMark());
                _stack.Push(dictionary);
                return true;
            case PickleOpcode.SetItem:
                object?[] pair = _stack.Pop(2);
                Set(Top<PickleDictionary>(), pair);
                return true;
            case PickleOpcode.SetItems:
                object?[] pairs = _stack.PopToMark();
                Set(Top<PickleDictionary>(), pairs);
                return true;
            case PickleOpcode.EmptySet:
                _stack.Push(new PickleSet());
                return true;
            case PickleOpcode.AddItems:
                object?[] elements = _stack.PopToMark();
                PickleBuilders.Fill(Top<PickleSet>(), elements, _budget.Take);
                return true;
            case PickleOpcode.FrozenSet:
                PickleSet frozen = new() { IsFrozen = true };
                PickleBuilders.Fill(frozen, _stack.PopToMark(), _budget.Take);
                _stack.Push(frozen);
                return true;
            default:
                return false;
        }
    }

    private bool StepMemo(byte code)
    {
        switch (code)
        {
            case PickleOpcode.Memoize:
                Remember(_memo.Count);
                return true;
            case PickleOpcode.BinPut:
                Remember(_input.Byte());
                return true;
            case PickleOpcode.LongBinPut:
                Remember(_input.UInt32());
                return true;
            case PickleOpcode.Put:
                Remember(Index(_input.Line()));
                return true;
            case PickleOpcode.BinGet:
                _stack.Push(Recall(_input.Byte()));
                return true;
            case PickleOpcode.LongBinGet:
                _stack.Push(Recall(_input.UInt32()));
                return true;
            case PickleOpcode.Get:
                _stack.Push(Recall(Index(_input.Line())));
                return true;
            default:
                return false;
        }
    }

    private bool StepObject(byte code)
    {
        switch (code)
        {
            case PickleOpcode.Global:
                string module = _input.Line();
                _stack.Push(_globals.Find(module, _input.Line()));
                return true;
            case PickleOpcode.StackGlobal:
                string name = _stack.Pop<string>();
                _stack.Push(_globals.Find(_stack.Pop<string>(), name));
                return true;
            case PickleOpcode.Reduce or PickleOpcode.NewObj:
                PickleTuple arguments = _stack.Pop<PickleTuple>();
                Call(_stack.Pop(), arguments);
                return true;
            case PickleOpcode.NewObjEx:
                if (_stack.Pop<PickleDictionary>().Count > 0) throw new InvalidDataException("a call with named arguments is not read");
                PickleTuple positional = _stack.Pop<PickleTuple>();
                Call(_stack.Pop(), positional);
                return true;
            case PickleOpcode.Inst:
                string classModule = _input.Line();
                object found = _globals.Find(classModule, _input.Line());
                Call(found, new PickleTuple(_stack.PopToMark()));
                return true;
            case PickleOpcode.Obj:
                object?[] all = _stack.PopToMark();
                if (all.Length == 0) throw new InvalidDataException("a class is missing");
                Call(all[0], new PickleTuple(all[1..]));
                return true;
            case PickleOpcode.Build:
                object? state = _stack.Pop();
                PickleBuilders.SetState(_stack.Peek(), new PickleCall("the state of an object", PickleTuple.Create([state]), _budget));
                return true;
            case PickleOpcode.PersId:
                Persistent(_input.Line());
                return true;
            case PickleOpcode.BinPersId:
                Persistent(_stack.Pop());
                return true;
            case PickleOpcode.Ext1 or PickleOpcode.Ext2 or PickleOpcode.Ext4:
                throw new PickleRefusal("it asks for an object of Python's extension registry");
            default:
                return false;
        }
    }

    private T Top<T>()
        where T : class => _stack.Peek() as T ?? throw new InvalidDataException($"{typeof(T).Name} is expected, not {_stack.Peek()?.GetType().Name ?? "None"}");

    private void Set(PickleDictionary dictionary, object?[] pairs)
    {
        if (pairs.Length % 2 != 0) throw new InvalidDataException("a key has no value");
        for (int i = 0; i < pairs.Length; i += 2)
        {
            object? key = pairs[i];
            if (!PickleKey.IsKey(key)) throw new InvalidDataException($"{key?.GetType().Name} cannot be a key");
            _budget.Take(ValueBytes + PickleKey.Cost(key));
            dictionary[key] = pairs[i + 1];
        }
    }

    private void Call(object? callable, PickleTuple arguments)
    {
        if (callable is not PickleGlobal { Builder: { } builder } global) throw new PickleRefusal($"it calls {callable?.ToString() ?? "None"}, which may not be called");
        _stack.Push(builder(new PickleCall(global.Name, arguments, _budget)));
    }

    private void Persistent(object? id)
    {
        if (_options.PersistentLoad is null) throw new PickleRefusal("it refers to an object outside of the file by a persistent id");
        _stack.Push(_options.PersistentLoad(id));
    }

    private void Remember(long index)
    {
        _budget.Take(MemoBytes);
        _memo[index] = _stack.Peek();
    }

    private object? Recall(long index) => _memo.TryGetValue(index, out object? value) ? value : throw new InvalidDataException($"the memo has no value {index}");

    private static long Index(string line) => PickleInput.Integer(line) is long and >= 0 and long index ? index : throw new InvalidDataException($"\"{line}\" is not a place in the memo");
}
