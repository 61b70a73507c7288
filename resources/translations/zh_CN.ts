<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>studio</name>
    <message>
        <source> ({was}, now {now})</source>
        <translation>（原为 {was}，现为 {now}）</translation>
    </message>
    <message>
        <source> --entry {id}</source>
        <translation> --entry {id}</translation>
    </message>
    <message>
        <source> And {more} more.</source>
        <translation> 以及另外 {more} 个。</translation>
    </message>
    <message>
        <source> Grey: drawn by the network.</source>
        <translation> 灰色：由网络绘制。</translation>
    </message>
    <message>
        <source> Masks are images, white where the hole is.</source>
        <translation> 遮罩是图像，修复区处为白色。</translation>
    </message>
    <message>
        <source> That is few: it may get better on these photos alone. {few} or more of the same kind would help.</source>
        <translation> 数量偏少：模型可能只在这些照片上变好。同类照片有 {few} 张或更多会有帮助。</translation>
    </message>
    <message>
        <source> in steps of {multiple_of}</source>
        <translation>，步长 {multiple_of}</translation>
    </message>
    <message>
        <source> in steps of {step}</source>
        <translation>，步长 {step}</translation>
    </message>
    <message>
        <source> of {amount}</source>
        <translation>（共 {amount}）</translation>
    </message>
    <message>
        <source> of {format_size}</source>
        <translation>（共 {format_size}）</translation>
    </message>
    <message>
        <source> {sentence} The same holds for weights made from them.</source>
        <translation> {sentence} 由它们得到的权重同样如此。</translation>
    </message>
    <message>
        <source>&amp;Don&apos;t save</source>
        <translation>不保存(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Invert it</source>
        <translation>反转(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Keep it</source>
        <translation>保持不变(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Leave it running</source>
        <translation>让它继续运行(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>替换(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Save as...</source>
        <translation>另存为(&amp;S)...</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Stop and keep</source>
        <translation>停止并保留(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Turn it</source>
        <translation>旋转(&amp;T)</translation>
    </message>
    <message>
        <source>&apos;critic_base&apos; must be {size} or more, not {critic_base}.</source>
        <translation>“critic_base”必须为 {size} 或更大，而不是 {critic_base}。</translation>
    </message>
    <message>
        <source>&apos;inpaint-studio models info {name}&apos; shows where they are published.</source>
        <translation>“inpaint-studio models info {name}”显示它们在何处发布。</translation>
    </message>
    <message>
        <source>&apos;{address}&apos; is no address of a mirror; write one such as https://example.org/weights.</source>
        <translation>“{address}”不是镜像的地址；请写成例如 https://example.org/weights。</translation>
    </message>
    <message>
        <source>&apos;{address}&apos; is no file on this machine; save it here first.</source>
        <translation>“{address}”不是本机上的文件；请先把它保存到本机。</translation>
    </message>
    <message>
        <source>&apos;{base}&apos; stopped in the phase &apos;{phase}&apos; of its training; this one goes on there.</source>
        <translation>“{base}”停在其训练的阶段“{phase}”；此训练从那里继续。</translation>
    </message>
    <message>
        <source>&apos;{expected}&apos; will be in the list of models in a moment.</source>
        <translation>“{expected}”稍后会出现在模型列表中。</translation>
    </message>
    <message>
        <source>&apos;{label}&apos; is no model with options; write for example {model}:start=none, with {names}, each once.</source>
        <translation>“{label}”不是带选项的模型；请写成例如 {model}:start=none，可用 {names}，各一次。</translation>
    </message>
    <message>
        <source>&apos;{label}&apos;: there is no quality &apos;{found}&apos;; choose {names}.</source>
        <translation>“{label}”：没有质量“{found}”；请选择 {names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; cannot be &apos;{text}&apos;; it must be {values}.</source>
        <translation>“{name}”不能是“{text}”；它必须是{values}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; cannot be a name of weights; use lower-case letters, digits and &apos;-&apos;, {max_name} characters at most.</source>
        <translation>“{name}”不能作为权重的名称；请使用小写字母、数字和“-”，最多 {max_name} 个字符。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; cannot be used: {broken}.</source>
        <translation>“{name}”无法使用：{broken}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; does not end in a format for networks; use {names}.</source>
        <translation>“{name}”的扩展名不是网络的格式；请使用 {names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; does not end in a format that can be saved; use {names}.</source>
        <translation>“{name}”的扩展名不是可保存的格式；请使用 {names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has no {names}; this training begins with a new one.</source>
        <translation>“{name}”没有 {names}；此训练从新的开始。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has two critics, {critics} and {critics_2}; name one.</source>
        <translation>“{name}”有两个评判网络，{critics} 和 {critics_2}；请只给出一个。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is no set of weights that a network here takes.</source>
        <translation>“{name}”不是此处任何网络可用的权重。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is not a network that can be trained; there are {names}.</source>
        <translation>“{name}”不是可训练的网络；有 {names}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is not usable: {reason}</source>
        <translation>“{name}”不可用：{reason}</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is the name of a model; give the weights another one.</source>
        <translation>“{name}”是模型的名称；请给权重取另一个名称。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be a number.</source>
        <translation>“{name}”必须是数字。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be a text.</source>
        <translation>“{name}”必须是文本。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be a whole number.</source>
        <translation>“{name}”必须是整数。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be one of {choices}.</source>
        <translation>“{name}”必须是以下之一：{choices}。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must be true or false.</source>
        <translation>“{name}”必须是 true 或 false。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; must lie between {low:g} and {high:g}.</source>
        <translation>“{name}”必须在 {low:g} 和 {high:g} 之间。</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; was deleted</source>
        <translation>“{name}”已删除</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a group; set one of {inner}.</source>
        <translation>“{path}”是一组；请设置 {inner} 之一。</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; must be {bounds}, not {value:g}.</source>
        <translation>“{path}”必须为 {bounds}，而不是 {value:g}。</translation>
    </message>
    <message>
        <source>&apos;{system}&apos; cannot be trained; there are recipes for {names}.</source>
        <translation>“{system}”不能训练；有训练方案的是 {names}。</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; has an empty name in it; write names with commas between them</source>
        <translation>“{text}”中有空名称；请用逗号分隔名称</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is no setting; write --set KEY=VALUE.</source>
        <translation>“{text}”不是设置；请写成 --set KEY=VALUE。</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is no value for &apos;{path}&apos;, which is {value!r} by default.</source>
        <translation>“{text}”不能作为“{path}”的值，其默认值为 {value!r}。</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a box such as 640,480,200,150 (left, top, width, height)</source>
        <translation>“{text}”不是方框，例如 640,480,200,150（左、上、宽、高）</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a place such as 640,480 (from the left, from the top)</source>
        <translation>“{text}”不是位置，例如 640,480（距左、距上）</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a setting; write {flag} NAME=VALUE.</source>
        <translation>“{text}”不是设置；请写成 {flag} NAME=VALUE。</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a whole number from {low} to {high}</source>
        <translation>“{text}”不是 {low} 到 {high} 的整数</translation>
    </message>
    <message>
        <source>&apos;{wrong}&apos; is no setting; write NAME=VALUE.</source>
        <translation>“{wrong}”不是设置；请写成 NAME=VALUE。</translation>
    </message>
    <message>
        <source>({col}, {row}) comes from ({source_col}, {source_row}), {how} · confidence {confidence} % · {kind}</source>
        <translation>({col}, {row}) 来自 ({source_col}, {source_row})，{how} · 置信度 {confidence} % · {kind}</translation>
    </message>
    <message>
        <source>({col}, {row}) is drawn by the network; the best source is ({source_col}, {source_row}), {how} · confidence {confidence} % · {kind}</source>
        <translation>({col}, {row}) 由网络绘制；最佳来源是 ({source_col}, {source_row})，{how} · 置信度 {confidence} % · {kind}</translation>
    </message>
    <message>
        <source>* is the best in its column or row. A letter behind it: better than that model, and not by luck (a
randomisation test photo by photo, 95 %, corrected by Holm for all comparisons of the table).</source>
        <translation>* 为其列或行中最好的。其后的字母：优于该模型，且并非偶然（逐张照片的
随机化检验，95 %，对表中所有比较作 Holm 校正）。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>, no line</source>
        <translation>，无曲线</translation>
    </message>
    <message>
        <source>--dump saves the output of a plain fill; add --plain.</source>
        <translation>--dump 保存单次填充的输出；请加上 --plain。</translation>
    </message>
    <message>
        <source>--flow-donors shows two flows side by side; add --flow FILE.</source>
        <translation>--flow-donors 并排显示两张来源图；请加上 --flow FILE。</translation>
    </message>
    <message>
        <source>--flow-style is for a flow that is shown in colours; add --flow FILE.png or FILE.html.</source>
        <translation>--flow-style 用于以颜色显示的来源图；请加上 --flow FILE.png 或 FILE.html。</translation>
    </message>
    <message>
        <source>--holes draws holes where there are no masks; leave out either.</source>
        <translation>--holes 在没有遮罩时绘制修复区；请略去其中之一。</translation>
    </message>
    <message>
        <source>--invert-mask is about masks; name them with --masks.</source>
        <translation>--invert-mask 针对遮罩；请用 --masks 给出遮罩。</translation>
    </message>
    <message>
        <source>--json and --report have the differences of each two models.</source>
        <translation>--json 和 --report 含有每两个模型之间的差异。</translation>
    </message>
    <message>
        <source>--more-sizes are smaller than the {size} px of --size, and {each} is not.</source>
        <translation>--more-sizes 应小于 --size 的 {size} 像素，而 {each} 不是。</translation>
    </message>
    <message>
        <source>--more-sizes must be {needed}, not &apos;{text}&apos;.</source>
        <translation>--more-sizes 必须是{needed}，而不是“{text}”。</translation>
    </message>
    <message>
        <source>--object makes the hole; leave out --{name}.</source>
        <translation>--object 生成修复区；请略去 --{name}。</translation>
    </message>
    <message>
        <source>--plain runs one model as its authors do; name the model with --model.</source>
        <translation>--plain 按其作者的做法运行一个模型；请用 --model 给出模型。</translation>
    </message>
    <message>
        <source>--plain runs one model as its authors do; name the models with --model.</source>
        <translation>--plain 按其作者的做法运行一个模型；请用 --model 给出各模型。</translation>
    </message>
    <message>
        <source>--resume goes on with what is in a folder; name it with --report.</source>
        <translation>--resume 继续文件夹中的内容；请用 --report 给出该文件夹。</translation>
    </message>
    <message>
        <source>--{name} changes a mask; name it with --mask.</source>
        <translation>--{name} 更改遮罩；请用 --mask 给出遮罩。</translation>
    </message>
    <message>
        <source>1 % or less</source>
        <translation>1 % 或更少</translation>
    </message>
    <message>
        <source>1 arrow stands</source>
        <translation>1 个箭头</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>1 pixel</source>
        <translation>1 像素</translation>
    </message>
    <message>
        <source>1 to {longest} whole numbers from {least} to {most}{steps}, with commas between</source>
        <translation>1 到 {longest} 个从 {least} 到 {most} 的整数{steps}，以逗号分隔</translation>
    </message>
    <message>
        <source>10 minutes</source>
        <translation>10 分钟</translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>32 bits</source>
        <translation>32 位</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>A .flo file holds one flow; use .png, .html or .svg to see two side by side.</source>
        <translation>.flo 文件只含一张来源图；并排显示两张请用 .png、.html 或 .svg。</translation>
    </message>
    <message>
        <source>A batch is running</source>
        <translation>批处理正在运行</translation>
    </message>
    <message>
        <source>A click gives the class to an area of one class, or to the rest of the hole</source>
        <translation>单击把类别赋给同类的一片区域，或修复区的其余部分</translation>
    </message>
    <message>
        <source>A closed stroke fills its inside</source>
        <translation>闭合的笔画填满其内部</translation>
    </message>
    <message>
        <source>A cluster needs Ray, which is not installed.</source>
        <translation>使用集群需要 Ray，但尚未安装。</translation>
    </message>
    <message>
        <source>A cluster that asks for a token needs RAY_AUTH_MODE=token here, too.</source>
        <translation>需要令牌的集群在此也需要 RAY_AUTH_MODE=token。</translation>
    </message>
    <message>
        <source>A double click renames a class.</source>
        <translation>双击可重命名类别。</translation>
    </message>
    <message>
        <source>A download stopped after {arrived:.1f} MB{of}: {title}.</source>
        <translation>下载在 {arrived:.1f} MB{of} 后停止：{title}。</translation>
    </message>
    <message>
        <source>A fault of the program: {error}</source>
        <translation>程序错误：{error}</translation>
    </message>
    <message>
        <source>A fault of the program: {name}: {text}</source>
        <translation>程序错误：{name}：{text}</translation>
    </message>
    <message>
        <source>A fill cannot start from &apos;{name}&apos;, for there is no such model.</source>
        <translation>填充无法从“{name}”开始，因为没有这个模型。</translation>
    </message>
    <message>
        <source>A fill cannot start from {title}: {remedy}.</source>
        <translation>填充无法从 {title} 开始：{remedy}。</translation>
    </message>
    <message>
        <source>A fill from a chosen place copies pixels; it is no plain fill or prediction of a model.</source>
        <translation>从选定位置填充是复制像素；它不是模型的单次填充或预测。</translation>
    </message>
    <message>
        <source>A fine-tuning is running</source>
        <translation>微调正在运行</translation>
    </message>
    <message>
        <source>A folder for the filled photos</source>
        <translation>存放填充后照片的文件夹</translation>
    </message>
    <message>
        <source>A folder; folders in it are searched, too</source>
        <translation>一个文件夹；其中的文件夹也会搜索</translation>
    </message>
    <message>
        <source>A label map could not be encoded.</source>
        <translation>一张标签图无法编码。</translation>
    </message>
    <message>
        <source>A loss was not finite; back to step {step} with {rate:g} of the learning rate.</source>
        <translation>一项损失不是有限值；回到第 {step} 步，学习率为原来的 {rate:g}。</translation>
    </message>
    <message>
        <source>A mask is an array H x W of bool or uint8.</source>
        <translation>遮罩是 bool 或 uint8 的 H x W 数组。</translation>
    </message>
    <message>
        <source>A mirror must be reached by https; &apos;{address}&apos; is not.</source>
        <translation>镜像必须通过 https 访问；“{address}”不是。</translation>
    </message>
    <message>
        <source>A mountain against the sky</source>
        <translation>天空前的山</translation>
    </message>
    <message>
        <source>A packed program cannot get it; install the program with: pip install &apos;inpaint-studio[cluster]&apos;</source>
        <translation>打包的程序无法安装它；请用此命令安装程序：pip install &apos;inpaint-studio[cluster]&apos;</translation>
    </message>
    <message>
        <source>A part of the program failed; your work is still there. Save it under another name to be safe.</source>
        <translation>程序的一部分出错；你的工作仍在。为安全起见，请另存为其他名称。</translation>
    </message>
    <message>
        <source>A pen pressed lightly draws a thin stroke</source>
        <translation>轻压压感笔画出细线</translation>
    </message>
    <message>
        <source>A photo could not be encoded.</source>
        <translation>一张照片无法编码。</translation>
    </message>
    <message>
        <source>A photo is an array of uint8, uint16 or float32, H x W, H x W x 3 or H x W x 4; this one is {type} {shape}.</source>
        <translation>照片是 uint8、uint16 或 float32 数组，H x W、H x W x 3 或 H x W x 4；而这是 {type} {shape}。</translation>
    </message>
    <message>
        <source>A plain fill is one model&apos;s own; name the model.</source>
        <translation>单次填充属于一个模型；请给出模型。</translation>
    </message>
    <message>
        <source>A report shows the fills, and --keep keeps their figures alone; leave out one of them.</source>
        <translation>报告显示填充结果，而 --keep 只保留其数据；请略去其中之一。</translation>
    </message>
    <message>
        <source>A resolution of {config} px needs {levels} numbers in &apos;widths&apos;.</source>
        <translation>分辨率为 {config} 像素时，“widths”中需要 {levels} 个数。</translation>
    </message>
    <message>
        <source>A sample needs a PNG called KEY.{labels} beside its photo.</source>
        <translation>样本需要在照片旁有名为 KEY.{labels} 的 PNG。</translation>
    </message>
    <message>
        <source>A sample needs a {titles} file of {least} px or more.</source>
        <translation>样本需要 {least} 像素或更大的 {titles} 文件。</translation>
    </message>
    <message>
        <source>A saved picture does not hold {marks}.</source>
        <translation>保存的图片不含{marks}。</translation>
    </message>
    <message>
        <source>A shadow is looked for beside a hole, and there is none.</source>
        <translation>阴影要在修复区旁查找，而这里没有修复区。</translation>
    </message>
    <message>
        <source>A smaller copy of the photo within the file showed the old pixels and was left out.</source>
        <translation>文件内的照片缩小副本显示的是原来的像素，已略去。</translation>
    </message>
    <message>
        <source>A training runs in {folder} already; stop that one, or give this one another name.</source>
        <translation>{folder} 中已有训练在运行；请停止它，或给此训练取另一个名称。</translation>
    </message>
    <message>
        <source>A wider terminal shows more columns; --json and --report have all.</source>
        <translation>更宽的终端可显示更多列；--json 和 --report 含有全部内容。</translation>
    </message>
    <message>
        <source>About Inpaint Studio</source>
        <translation>关于 Inpaint Studio</translation>
    </message>
    <message>
        <source>About the weights {name}</source>
        <translation>关于权重 {name}</translation>
    </message>
    <message>
        <source>About {steps} of {crops} {time} on {device} ({speed}); {visits}.</source>
        <translation>{time}在{device}上约 {steps}，每步 {crops}（{speed}）；{visits}。</translation>
    </message>
    <message>
        <source>About...</source>
        <translation>关于...</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Accept a suggestion</source>
        <translation>接受一个建议</translation>
    </message>
    <message>
        <source>Accept all</source>
        <translation>全部接受</translation>
    </message>
    <message>
        <source>Accept all suggestions</source>
        <translation>接受所有建议</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>操作及其快捷键</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Add a class</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>Add a class of your own to the palette of the labels</source>
        <translation>在标签的调色板中添加您自己的类别</translation>
    </message>
    <message>
        <source>Add a mask from a file to the hole</source>
        <translation>把文件中的遮罩添加到修复区</translation>
    </message>
    <message>
        <source>Add class</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>Add point to guide line</source>
        <translation>在引导线上添加点</translation>
    </message>
    <message>
        <source>Add the weights of its last step to the list of models</source>
        <translation>把最后一步的权重添加到模型列表</translation>
    </message>
    <message>
        <source>Adding detail</source>
        <translation>正在添加细节</translation>
    </message>
    <message>
        <source>Address of a mirror for weights, asked before their publishers</source>
        <translation>权重镜像的地址，先于发布者查询</translation>
    </message>
    <message>
        <source>After {patience} measurements, about a minute apart, without a better one</source>
        <translation>经过 {patience} 次测量（间隔约一分钟）都没有变好之后</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>All as usual</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>所有快捷键</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>所有模型</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>所有照片</translation>
    </message>
    <message>
        <source>Allocator</source>
        <translation>内存分配器</translation>
    </message>
    <message>
        <source>An ablation trains from nothing, so name the network, {name}, and no set of weights.</source>
        <translation>消融实验从零训练，因此请给出网络 {name}，而不是一组权重。</translation>
    </message>
    <message>
        <source>An interval of a mean needs {least} photos or more.</source>
        <translation>均值的区间需要 {least} 张或更多照片。</translation>
    </message>
    <message>
        <source>Another ablation runs in {report}; wait for it, or choose another folder.</source>
        <translation>另一个消融实验正在 {report} 中运行；请等待它完成，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Another action has one of its usual keys.</source>
        <translation>另一个操作占用了它的某个默认快捷键。</translation>
    </message>
    <message>
        <source>Another batch</source>
        <translation>另一个批处理</translation>
    </message>
    <message>
        <source>Another batch writes to {folder}; wait for it, or choose another folder.</source>
        <translation>另一个批处理正在写入 {folder}；请等待它完成，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Another candidate</source>
        <translation>另一个候选</translation>
    </message>
    <message>
        <source>Another one</source>
        <translation>换一个</translation>
    </message>
    <message>
        <source>Another program has put data behind the picture in the file; it is not saved.</source>
        <translation>另一个程序在文件的图片之后附加了数据；不会保存。</translation>
    </message>
    <message>
        <source>Another program is fetching {name}; wait until it has, or cancel it there.</source>
        <translation>另一个程序正在获取 {name}；请等待它完成，或在那里取消。</translation>
    </message>
    <message>
        <source>Another window has taken this work, or it was deleted.</source>
        <translation>另一个窗口已接管此工作，或它已被删除。</translation>
    </message>
    <message>
        <source>Apache-2.0 repository; no statement about the weights; trained on Places2 or CelebA-HQ</source>
        <translation>Apache-2.0 代码库；未说明权重的许可；在 Places2 或 CelebA-HQ 上训练</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Apple&apos;s graphics processor</source>
        <translation>Apple 的图形处理器</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>方向键</translation>
    </message>
    <message>
        <source>As careful as the model can</source>
        <translation>模型所能达到的最精细程度</translation>
    </message>
    <message>
        <source>As in the paper</source>
        <translation>按论文</translation>
    </message>
    <message>
        <source>As movement is usually drawn (Middlebury): red is right, yellow down</source>
        <translation>与运动的常用画法相同（Middlebury）：红色为右，黄色为下</translation>
    </message>
    <message>
        <source>As the papers on attention print it: pink is lower left, green upper right</source>
        <translation>与注意力论文的图例相同：粉色为左下，绿色为右上</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Attention: the network looked there most.</source>
        <translation>注意力：网络主要看了那里。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Bad at</source>
        <translation>不擅长</translation>
    </message>
    <message>
        <source>Band</source>
        <translation>条带</translation>
    </message>
    <message>
        <source>Band of guide line</source>
        <translation>引导线的条带</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批处理</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Batch...</source>
        <translation>批处理...</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>Begin another fine-tuning from these new weights; you choose its photos and its time</source>
        <translation>从这些新权重开始另一次微调；照片和时间由您选择</translation>
    </message>
    <message>
        <source>Below a mean of five photos or more stands its 95 % interval, by the bootstrap over photos.</source>
        <translation>五张或更多照片的均值下方是其 95 % 区间，由对照片的自助法得出。</translation>
    </message>
    <message>
        <source>Beside the photos: beach.jpg has beach_mask.png</source>
        <translation>与照片放在一起：beach.jpg 对应 beach_mask.png</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>Best by</source>
        <translation>评判标准</translation>
    </message>
    <message>
        <source>Better by {gain:.1f} dB</source>
        <translation>提高 {gain:.1f} dB</translation>
    </message>
    <message>
        <source>Bits that networks compute with</source>
        <translation>网络计算的位数</translation>
    </message>
    <message>
        <source>Blended, mostly from</source>
        <translation>混合，主要取自</translation>
    </message>
    <message>
        <source>Blended: mixed from copies, or a copy in another tone.</source>
        <translation>混合：由多个复制混合而成，或以另一色调复制。</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Bringing back your work…</source>
        <translation>正在恢复您的工作…</translation>
    </message>
    <message>
        <source>Broken</source>
        <translation>损坏</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Brush and eraser</source>
        <translation>画笔和橡皮擦</translation>
    </message>
    <message>
        <source>Brush over something first, then fill.</source>
        <translation>请先涂抹要去除的东西，然后填充。</translation>
    </message>
    <message>
        <source>Brush over something, press</source>
        <translation>涂抹要去除的东西，然后按</translation>
    </message>
    <message>
        <source>Brush size in image pixels</source>
        <translation>画笔大小，以图像像素计</translation>
    </message>
    <message>
        <source>By</source>
        <translation>幅度</translation>
    </message>
    <message>
        <source>By a pixel, with Shift by ten</source>
        <translation>移动一个像素，按住 Shift 移动十个</translation>
    </message>
    <message>
        <source>By kind of hole</source>
        <translation>按修复区种类</translation>
    </message>
    <message>
        <source>By kind of photo</source>
        <translation>按照片种类</translation>
    </message>
    <message>
        <source>By size of the hole</source>
        <translation>按修复区大小</translation>
    </message>
    <message>
        <source>CPU, 64 threads</source>
        <translation>CPU，64 线程</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel the fill</source>
        <translation>取消填充</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Candidate {index} of {count} (seed {seed}).</source>
        <translation>候选 {index}，共 {count} 个（种子 {seed}）。</translation>
    </message>
    <message>
        <source>Candidate {number}</source>
        <translation>候选 {number}</translation>
    </message>
    <message>
        <source>Candidate {number}: {describe}</source>
        <translation>候选 {number}：{describe}</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候选</translation>
    </message>
    <message>
        <source>Cannot be used: {reason}</source>
        <translation>无法使用：{reason}</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>中央</translation>
    </message>
    <message>
        <source>Centre half</source>
        <translation>中央一半</translation>
    </message>
    <message>
        <source>Change how the program behaves</source>
        <translation>更改程序的行为</translation>
    </message>
    <message>
        <source>Change keys...</source>
        <translation>更改快捷键...</translation>
    </message>
    <message>
        <source>Checking {name}</source>
        <translation>正在校验 {name}</translation>
    </message>
    <message>
        <source>Choose a folder of photos.</source>
        <translation>选择照片文件夹。</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>请选择另一个。</translation>
    </message>
    <message>
        <source>Choose folder...</source>
        <translation>选择文件夹...</translation>
    </message>
    <message>
        <source>Choose photos again</source>
        <translation>重新选择照片</translation>
    </message>
    <message>
        <source>Choose photos and a model again</source>
        <translation>重新选择照片和模型</translation>
    </message>
    <message>
        <source>Choose the file of the trained features</source>
        <translation>选择训练好的特征文件</translation>
    </message>
    <message>
        <source>Choose the file with the trained features</source>
        <translation>选择含有训练好的特征的文件</translation>
    </message>
    <message>
        <source>Choose the file...</source>
        <translation>选择文件...</translation>
    </message>
    <message>
        <source>Choose the folder of label maps, named like the photos</source>
        <translation>选择标签图文件夹，文件与照片同名</translation>
    </message>
    <message>
        <source>Choose the folder of masks, white in the hole</source>
        <translation>选择遮罩文件夹，修复区内为白色</translation>
    </message>
    <message>
        <source>Choose the folder of photos</source>
        <translation>选择照片文件夹</translation>
    </message>
    <message>
        <source>Choose the folder of your photos first.</source>
        <translation>请先选择您的照片文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder that holds your photos</source>
        <translation>选择存放您照片的文件夹</translation>
    </message>
    <message>
        <source>Choose the keys of the actions</source>
        <translation>选择各操作的快捷键</translation>
    </message>
    <message>
        <source>Chooses by the size of the hole and what lies round it, and names the reason.</source>
        <translation>按修复区的大小和周围的内容选择，并说明理由。</translation>
    </message>
    <message>
        <source>Circles are sources; a larger one has a greater weight.</source>
        <translation>圆圈为来源；越大权重越高。</translation>
    </message>
    <message>
        <source>Class {most} is painted, and {describe}; paint with those alone.</source>
        <translation>涂画了类别 {most}，而 {describe}；请只用这些类别涂画。</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Clear the edges</source>
        <translation>清除边缘</translation>
    </message>
    <message>
        <source>Clear the guide lines</source>
        <translation>清除引导线</translation>
    </message>
    <message>
        <source>Clear the hole</source>
        <translation>清除修复区</translation>
    </message>
    <message>
        <source>Clear the labels</source>
        <translation>清除标签</translation>
    </message>
    <message>
        <source>Clear the sampling areas</source>
        <translation>清除取样区</translation>
    </message>
    <message>
        <source>Clear this list</source>
        <translation>清除此列表</translation>
    </message>
    <message>
        <source>Click here, or go here with Tab, and press the new key</source>
        <translation>单击此处或用 Tab 移到此处，然后按新的快捷键</translation>
    </message>
    <message>
        <source>Click on an edge and follow it; Enter or a double click closes, Backspace goes back, Alt unmarks</source>
        <translation>单击边缘并沿其移动；按回车键 或双击闭合，退格键退回，Alt 取消标记</translation>
    </message>
    <message>
        <source>Click the corners; a double click or Enter closes it, Backspace takes the last one back</source>
        <translation>单击各个角点；双击或按回车键 闭合，退格键撤回最后一点</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the program</source>
        <translation>关闭程序</translation>
    </message>
    <message>
        <source>Close this fine-tuning and start a new one</source>
        <translation>关闭此次微调并开始新的微调</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Close this message (Esc)</source>
        <translation>关闭此消息 (Esc)</translation>
    </message>
    <message>
        <source>Closed strokes fill their inside</source>
        <translation>闭合笔画填满内部</translation>
    </message>
    <message>
        <source>Colour adaptation</source>
        <translation>颜色适应</translation>
    </message>
    <message>
        <source>Colour of guide lines</source>
        <translation>引导线的颜色</translation>
    </message>
    <message>
        <source>Colour of the hole</source>
        <translation>修复区的颜色</translation>
    </message>
    <message>
        <source>Colour of the only places to sample</source>
        <translation>唯一取样位置的颜色</translation>
    </message>
    <message>
        <source>Colour of what must not be sampled</source>
        <translation>不得取样部分的颜色</translation>
    </message>
    <message>
        <source>Colour wheel: hue is direction, saturation is distance, white is no offset</source>
        <translation>色轮：色相为方向，饱和度为距离，白色为无偏移</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colours of the flow view</source>
        <translation>来源图视图的颜色</translation>
    </message>
    <message>
        <source>Colours show the way to the source as the papers on attention print it: pink is lower left, green upper right.</source>
        <translation>颜色表示来源的方向，与注意力论文的图例相同：粉色为左下，绿色为右上。</translation>
    </message>
    <message>
        <source>Colours show the way to the source: red is right, yellow down, cyan left, blue up.</source>
        <translation>颜色表示来源的方向：红色为右，黄色为下，青色为左，蓝色为上。</translation>
    </message>
    <message>
        <source>Compare candidates</source>
        <translation>比较候选</translation>
    </message>
    <message>
        <source>Compare with these areas</source>
        <translation>用这些区域比较</translation>
    </message>
    <message>
        <source>Comparing it with the network</source>
        <translation>正在与网络对照</translation>
    </message>
    <message>
        <source>Compiling the filler for this processor</source>
        <translation>正在为此处理器编译填充器</translation>
    </message>
    <message>
        <source>Compiling the filler for this processor, once</source>
        <translation>正在为此处理器编译填充器，仅此一次</translation>
    </message>
    <message>
        <source>Continues lines of equal brightness into thin holes.</source>
        <translation>把等亮度线延续到细小的修复区中。</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>Copied from</source>
        <translation>复制自</translation>
    </message>
    <message>
        <source>Copied the photo as it is now.</source>
        <translation>已复制当前的照片。</translation>
    </message>
    <message>
        <source>Copied the pixels of the hole; everything else is transparent.</source>
        <translation>已复制修复区的像素，其余部分透明。</translation>
    </message>
    <message>
        <source>Copied: it has the colour of its source.</source>
        <translation>复制：颜色与其来源相同。</translation>
    </message>
    <message>
        <source>Copies what fits from elsewhere in the photo. Sharp, any size, follows guide lines.</source>
        <translation>从照片的其他部分复制合适的内容。清晰，大小不限，跟随引导线。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy mirrored pieces of the photo, too: for symmetric things; takes a little longer</source>
        <translation>也复制照片的镜像图块：适合对称的物体；耗时稍长</translation>
    </message>
    <message>
        <source>Copy mirrored pieces, too</source>
        <translation>也复制镜像图块</translation>
    </message>
    <message>
        <source>Copy the hole only</source>
        <translation>仅复制修复区</translation>
    </message>
    <message>
        <source>Copy the photo as it is now</source>
        <translation>复制当前的照片</translation>
    </message>
    <message>
        <source>Copy the pixels in the hole, or in what was filled last; everything else is transparent</source>
        <translation>复制修复区内或上次填充的像素，其余部分透明</translation>
    </message>
    <message>
        <source>Copy the result</source>
        <translation>复制结果</translation>
    </message>
    <message>
        <source>Copying the weights</source>
        <translation>正在复制权重</translation>
    </message>
    <message>
        <source>Crops per step; automatic: 4 or more on a processor, as in the paper on a graphics card</source>
        <translation>每步的裁块数；自动：处理器上为 4 个或更多，显卡上按论文</translation>
    </message>
    <message>
        <source>Crossed lines</source>
        <translation>交叉线</translation>
    </message>
    <message>
        <source>Ctrl+wheel</source>
        <translation>Ctrl+滚轮</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Data that other programs put into the file is not in the saved file, as its format is new.</source>
        <translation>其他程序写入文件的数据未写入保存的文件，因为格式已改变。</translation>
    </message>
    <message>
        <source>DeepFill v2&apos;s strokes with a box</source>
        <translation>DeepFill v2 的带方框笔画</translation>
    </message>
    <message>
        <source>DeepFill v2&apos;s strokes, however much they cover</source>
        <translation>DeepFill v2 的笔画，不论覆盖多少</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete &apos;{name}&apos; from the disk?</source>
        <translation>要从磁盘删除“{name}”吗？</translation>
    </message>
    <message>
        <source>Delete a guide line</source>
        <translation>删除引导线</translation>
    </message>
    <message>
        <source>Delete all edges in the hole; the network draws its own again</source>
        <translation>删除修复区内的所有边缘；网络会重新画出自己的边缘</translation>
    </message>
    <message>
        <source>Delete all guide lines</source>
        <translation>删除所有引导线</translation>
    </message>
    <message>
        <source>Delete all labels, painted and predicted</source>
        <translation>删除所有涂画和预测的标签</translation>
    </message>
    <message>
        <source>Delete all that is marked by “Do not sample here” and “Sample only here”</source>
        <translation>删除“不从此处取样”和“仅从此处取样”的全部标记</translation>
    </message>
    <message>
        <source>Delete guide line</source>
        <translation>删除引导线</translation>
    </message>
    <message>
        <source>Delete point of guide line</source>
        <translation>删除引导线的点</translation>
    </message>
    <message>
        <source>Delete the chosen guide line, or the one drawn last</source>
        <translation>删除选中的引导线，或最后画的一条</translation>
    </message>
    <message>
        <source>Delete the chosen set from the disk</source>
        <translation>从磁盘删除所选权重</translation>
    </message>
    <message>
        <source>Delete the weights from the disk</source>
        <translation>从磁盘删除权重</translation>
    </message>
    <message>
        <source>Delete this candidate; its neighbour takes its place</source>
        <translation>删除此候选，由相邻的候选代替</translation>
    </message>
    <message>
        <source>Delete this report</source>
        <translation>删除此报告</translation>
    </message>
    <message>
        <source>Delete this work for good</source>
        <translation>永久删除此工作</translation>
    </message>
    <message>
        <source>Delete weights</source>
        <translation>删除权重</translation>
    </message>
    <message>
        <source>Delete what has arrived; other weights can be fetched then</source>
        <translation>删除已下载的部分；之后可获取其他权重</translation>
    </message>
    <message>
        <source>Delete...</source>
        <translation>删除...</translation>
    </message>
    <message>
        <source>Deleted candidate {index}.</source>
        <translation>已删除候选 {index}。</translation>
    </message>
    <message>
        <source>Deleted the weights &apos;{name}&apos;.</source>
        <translation>已删除权重“{name}”。</translation>
    </message>
    <message>
        <source>Deleted {title}; the Object tool finds objects without it.</source>
        <translation>已删除 {title}；物体工具将不用它来查找物体。</translation>
    </message>
    <message>
        <source>Detail copied from</source>
        <translation>细节复制自</translation>
    </message>
    <message>
        <source>Detail copied: a network drew it, and its detail is from there.</source>
        <translation>复制细节：由网络绘制，细节来自那里。</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Differences between models</source>
        <translation>模型之间的差异</translation>
    </message>
    <message>
        <source>Differences, photo by photo</source>
        <translation>逐张照片的差异</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Disk space for older steps of the undo history, in MB</source>
        <translation>较早的撤销步骤可占用的磁盘空间，MB</translation>
    </message>
    <message>
        <source>Distance of all fills from all photos, whole images; less is better.</source>
        <translation>所有填充与所有照片（整幅图像）的距离；越小越好。</translation>
    </message>
    <message>
        <source>Distance of the histograms of gradients in the hole; 0 is equal.</source>
        <translation>修复区内梯度直方图的距离；0 为相同。</translation>
    </message>
    <message>
        <source>Do again what was taken back</source>
        <translation>重新执行撤回的步骤</translation>
    </message>
    <message>
        <source>Do not sample here</source>
        <translation>不从此处取样</translation>
    </message>
    <message>
        <source>Done again: {label}.</source>
        <translation>已重做：{label}。</translation>
    </message>
    <message>
        <source>Done: &apos;{saved}&apos; is in the list of models</source>
        <translation>完成：“{saved}”已在模型列表中</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download published weights, check them and import them. After an interruption the download
continues where it stopped. Where only a browser can download them, their page is printed. Without a
model everything that can be downloaded is listed, what is recommended first. A mirror is the
address of a folder with the files, or of a server that takes the whole address of a file for
{url} in its own.
</source>
        <translation>下载已发布的权重，校验并导入。中断之后，下载从停止处继续。
只能用浏览器下载的，会显示其页面。不给出模型时，列出可下载的全部内容，
推荐的在前。镜像是存放文件的文件夹的地址，或在其地址的 {url} 处
接受文件完整地址的服务器的地址。
</translation>
    </message>
    <message>
        <source>Drag a rectangle; Shift keeps it square, the right button or Alt unmarks</source>
        <translation>拖出矩形；按住 Shift 保持正方形，右键或 Alt 取消标记</translation>
    </message>
    <message>
        <source>Drag an ellipse; Shift keeps it round, the right button or Alt unmarks</source>
        <translation>拖出椭圆；按住 Shift 保持圆形，右键或 Alt 取消标记</translation>
    </message>
    <message>
        <source>Drag round an object or over it; a further stroke, or one with Shift, adds to it, Alt takes away; a straight Shift-drag draws a box</source>
        <translation>围绕物体或在物体上拖动；再画一笔或按住 Shift 画一笔可添加，Alt 减去；按住 Shift 直线拖动画出方框</translation>
    </message>
    <message>
        <source>Drag round what should go; the right button or Alt unmarks</source>
        <translation>围绕要去除的部分拖动；右键或 Alt 取消标记</translation>
    </message>
    <message>
        <source>Drag the yellow source to where this part should come from.</source>
        <translation>把黄色的来源拖到此部分应取自的位置。</translation>
    </message>
    <message>
        <source>Draw a straight line</source>
        <translation>画直线</translation>
    </message>
    <message>
        <source>Draw edges</source>
        <translation>绘制边缘</translation>
    </message>
    <message>
        <source>Draw edges in the hole with the brush; the right button erases them.</source>
        <translation>用画笔在修复区内绘制边缘；右键擦除。</translation>
    </message>
    <message>
        <source>Draw round something to mark all of it</source>
        <translation>围着物体画一圈即可标记整个物体</translation>
    </message>
    <message>
        <source>Draw what should continue: drag, or click, click, double click. Drag points and lines to move them, click on a line to add a point; the right button deletes a point, or the line. Shift draws over lines</source>
        <translation>画出应延续的线条：拖动，或单击、单击、双击。拖动点和线可移动它们，单击线可添加点；右键删除点或线。按住 Shift 可在线上绘制</translation>
    </message>
    <message>
        <source>Drawn by the network, like</source>
        <translation>由网络绘制，相似于</translation>
    </message>
    <message>
        <source>Drawn by the network. It looked most at</source>
        <translation>由网络绘制。它主要看的是</translation>
    </message>
    <message>
        <source>Drawn by the network. The best source is</source>
        <translation>由网络绘制。最佳来源是</translation>
    </message>
    <message>
        <source>Drawn by the network: it looked at many places.</source>
        <translation>由网络绘制：它看了许多地方。</translation>
    </message>
    <message>
        <source>Drawn by the network: no place in the photo looks like it.</source>
        <translation>由网络绘制：照片中没有相似之处。</translation>
    </message>
    <message>
        <source>Draws a coarse image first, then refines it with patches of the photo; for any hole.</source>
        <translation>先绘制粗略图像，再用照片的图块细化；适合任意修复区。</translation>
    </message>
    <message>
        <source>Draws a coarse image first, then refines it with patches of the photo; made for boxes.</source>
        <translation>先绘制粗略图像，再用照片的图块细化；为方框而设计。</translation>
    </message>
    <message>
        <source>Draws the hole in one pass, with attention that was learned for rows and columns.</source>
        <translation>一次绘制整个修复区，使用按行和列学习的注意力。</translation>
    </message>
    <message>
        <source>Draws the missing edges first, which you can correct, and then the image along them.</source>
        <translation>先绘制可由您修改的缺失边缘，再沿边缘绘制图像。</translation>
    </message>
    <message>
        <source>Drop a folder of your photos here</source>
        <translation>把您的照片文件夹拖放到此处</translation>
    </message>
    <message>
        <source>Drop the stroke under way, or cancel the fill</source>
        <translation>放弃正在画的笔画，或取消填充</translation>
    </message>
    <message>
        <source>Drop the stroke, or cancel the fill</source>
        <translation>放弃笔画，或取消填充</translation>
    </message>
    <message>
        <source>Drop the suggestion, and show the next</source>
        <translation>放弃此建议，并显示下一个</translation>
    </message>
    <message>
        <source>Dust and spots</source>
        <translation>灰尘和斑点</translation>
    </message>
    <message>
        <source>Easiest photos</source>
        <translation>最容易的照片</translation>
    </message>
    <message>
        <source>Edges</source>
        <translation>边缘</translation>
    </message>
    <message>
        <source>Edges are drawn inside the hole; first mark what should go.</source>
        <translation>边缘画在修复区内；请先标记要去除的部分。</translation>
    </message>
    <message>
        <source>Edges view</source>
        <translation>边缘视图</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Eight hours</source>
        <translation>八小时</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>End early when it gets no better</source>
        <translation>不再变好时提前结束</translation>
    </message>
    <message>
        <source>End it; the best weights so far are kept</source>
        <translation>结束训练；保留目前最好的权重</translation>
    </message>
    <message>
        <source>Enlarge the hole by some pixels</source>
        <translation>把修复区扩大若干像素</translation>
    </message>
    <message>
        <source>Enough for a few dozen photos of one kind</source>
        <translation>足够几十张同类照片使用</translation>
    </message>
    <message>
        <source>Enough to see which way it goes</source>
        <translation>足以看出趋势</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>回车</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Erase edges</source>
        <translation>擦除边缘</translation>
    </message>
    <message>
        <source>Erase labels</source>
        <translation>擦除标签</translation>
    </message>
    <message>
        <source>Erase with any brush</source>
        <translation>用任意画笔擦除</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
    <message>
        <source>Eraser size in image pixels</source>
        <translation>橡皮擦大小，以图像像素计</translation>
    </message>
    <message>
        <source>Every model that is ready has filled this hole already.</source>
        <translation>每个就绪的模型都已填充过此修复区。</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export before and after</source>
        <translation>导出前后对比</translation>
    </message>
    <message>
        <source>Export before and after...</source>
        <translation>导出前后对比...</translation>
    </message>
    <message>
        <source>Export flow</source>
        <translation>导出来源图</translation>
    </message>
    <message>
        <source>Export flow...</source>
        <translation>导出来源图...</translation>
    </message>
    <message>
        <source>Export labels</source>
        <translation>导出标签</translation>
    </message>
    <message>
        <source>Export labels...</source>
        <translation>导出标签...</translation>
    </message>
    <message>
        <source>Export mask</source>
        <translation>导出遮罩</translation>
    </message>
    <message>
        <source>Export mask...</source>
        <translation>导出遮罩...</translation>
    </message>
    <message>
        <source>Export weights</source>
        <translation>导出权重</translation>
    </message>
    <message>
        <source>Export...</source>
        <translation>导出...</translation>
    </message>
    <message>
        <source>Exporting {name}</source>
        <translation>正在导出 {name}</translation>
    </message>
    <message>
        <source>FID and KID are left out: they need all fills, of which --keep has the figures alone.</source>
        <translation>略去 FID 和 KID：它们需要所有填充结果，而 --keep 只有其数据。</translation>
    </message>
    <message>
        <source>FID and KID are left out: torch-fidelity is installed and does not start; install it again.</source>
        <translation>略去 FID 和 KID：已安装的 torch-fidelity 无法启动；请重新安装。</translation>
    </message>
    <message>
        <source>FID and KID are left out: {fault}; get {url}.</source>
        <translation>略去 FID 和 KID：{fault}；请获取 {url}。</translation>
    </message>
    <message>
        <source>FID and KID are left out: {file} is damaged; get {url} again.</source>
        <translation>略去 FID 和 KID：{file} 已损坏；请重新获取 {url}。</translation>
    </message>
    <message>
        <source>FID and KID are left out: {other_fault}; get {url}, or for the Inception of published figures install torch-fidelity and get {url_2}.</source>
        <translation>略去 FID 和 KID：{other_fault}；请获取 {url}，或为使用已发布数据所用的 Inception 安装 torch-fidelity 并获取 {url_2}。</translation>
    </message>
    <message>
        <source>FID is measured with torchvision&apos;s Inception, not with the one of published figures: compare it only with figures from this program.</source>
        <translation>FID 用 torchvision 的 Inception 测量，而不是已发布数据所用的那个：只可与本程序的数据比较。</translation>
    </message>
    <message>
        <source>FID is not measured here with the Inception of published figures.</source>
        <translation>此处的 FID 不是用已发布数据所用的 Inception 测量的。</translation>
    </message>
    <message>
        <source>FID over {count} photos is noisy; it is stable from about {enough_for_fid} on.</source>
        <translation>{count} 张照片上的 FID 噪声较大；约 {enough_for_fid} 张起才稳定。</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>Feather the hole</source>
        <translation>羽化修复区</translation>
    </message>
    <message>
        <source>Fetching {name}: {format_size}{of}</source>
        <translation>正在获取 {name}：{format_size}{of}</translation>
    </message>
    <message>
        <source>Fields of the recipe&apos;s settings, such as rate=0.0001</source>
        <translation>训练方案设置中的字段，例如 rate=0.0001</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Figure with arrows (*.svg)</source>
        <translation>带箭头的图 (*.svg)</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Figures cannot be logged to &apos;{name}&apos;; write {names} or none.</source>
        <translation>数据无法记录到“{name}”；请写 {names} 或 none。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>File...</source>
        <translation>文件...</translation>
    </message>
    <message>
        <source>File: {path}</source>
        <translation>文件：{path}</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Fill a hole first; then mark other sampling areas, to compare where both fills come from.</source>
        <translation>请先填充一个修复区，再标记另外的取样区，以比较两次填充的来源。</translation>
    </message>
    <message>
        <source>Fill as soon as the pen lifts; one undo takes back both</source>
        <translation>抬笔时立即填充；一次撤销即可撤回两者</translation>
    </message>
    <message>
        <source>Fill holes in photographs, and see where every filled pixel came from.

  inpaint-studio [PHOTO]                          open the window, with PHOTO
  inpaint-studio fill PHOTO --mask PNG -o OUT     fill a hole without the window
  inpaint-studio batch PHOTOS... -o OUT           fill many photos, with their masks
  inpaint-studio suggest PHOTO --kind wires -o PNG  find what may be meant as a hole
  inpaint-studio train MODEL --photos DIR         train a network on your own photos
  inpaint-studio evaluate --photos DIR            measure models side by side
  inpaint-studio ablate --attention A,B --photos DIR  train variants of a network and compare them
</source>
        <translation>填充照片中的修复区，并查看每个填充像素的来源。

  inpaint-studio [PHOTO]                          打开窗口，载入 PHOTO
  inpaint-studio fill PHOTO --mask PNG -o OUT     不打开窗口，填充修复区
  inpaint-studio batch PHOTOS... -o OUT           用各自的遮罩填充许多照片
  inpaint-studio suggest PHOTO --kind wires -o PNG  查找可能要修复的部分
  inpaint-studio train MODEL --photos DIR         用您自己的照片训练网络
  inpaint-studio evaluate --photos DIR            对模型作并列测量
  inpaint-studio ablate --attention A,B --photos DIR  训练网络的多个变体并比较
</translation>
    </message>
    <message>
        <source>Fill on release</source>
        <translation>松开即填充</translation>
    </message>
    <message>
        <source>Fill the drawn hole, or the last one again, with the next seed</source>
        <translation>用下一个随机种子填充所画的修复区，或重新填充上一个</translation>
    </message>
    <message>
        <source>Fill the hole</source>
        <translation>填充修复区</translation>
    </message>
    <message>
        <source>Fill the hole in a photo. The mask is white where the hole is; where it is grey, fill and photo are
mixed. Without a mask the photo&apos;s own transparency is the hole. Outside the hole no pixel changes.
Masks, lines, edges, labels and parts to copy from are images of the photo&apos;s size.

--plain gives the whole photo to the model in one pass, as its authors do: no regions, no scaling,
no matching of tones. --dump then saves the model&apos;s own output as named arrays for numpy:
  image    3 x H x W float32, RGB in [0, 1]: the filled image
  output   3 x H x W float32: the network&apos;s output before it was put into the photo; not clamped
  coarse   3 x H x W float32: the first stage&apos;s image
  edges    H x W float32 in [0, 1]: the predicted edges
  labels   H x W uint8: the predicted numbers of classes
  sources  2 x H x W int32: row and column from each pixel to where it was taken from, in pixels
  weight   H x W float32 in [0, 1]: the confidence of that source
  places   H x W float32 in [0, 1]: how much its attention weighs each place
  units    K float32: how much its attention weighs each channel, or each entry of its memory
Arrays that the model does not have are left out.
</source>
        <translation>填充照片中的修复区。遮罩在修复区处为白色；灰色处填充与照片混合。没有遮罩时，
照片自身的透明部分即为修复区。修复区之外没有任何像素改变。
遮罩、线、边缘、标签和可复制的部分都是与照片同样大小的图像。

--plain 把整张照片一次交给模型，与其作者的做法相同：不分区、不缩放、不匹配色调。
此时 --dump 把模型自身的输出保存为 numpy 的命名数组：
  image    3 x H x W float32，[0, 1] 内的 RGB：填充后的图像
  output   3 x H x W float32：放入照片之前的网络输出；未截断
  coarse   3 x H x W float32：第一阶段的图像
  edges    H x W float32，[0, 1]：预测的边缘
  labels   H x W uint8：预测的类别编号
  sources  2 x H x W int32：从每个像素到其来源的行数和列数，以像素计
  weight   H x W float32，[0, 1]：该来源的置信度
  places   H x W float32，[0, 1]：其注意力给各处的分量
  units    K float32：其注意力给各通道或其记忆的各条目的分量
模型没有的数组会略去。
</translation>
    </message>
    <message>
        <source>Fill the hole when the pen lifts</source>
        <translation>抬笔时填充修复区</translation>
    </message>
    <message>
        <source>Fill the hole with every model that is ready; each fill becomes a candidate</source>
        <translation>用每个就绪的模型填充修复区；每次填充成为一个候选</translation>
    </message>
    <message>
        <source>Fill the hole with the chosen model</source>
        <translation>用所选模型填充修复区</translation>
    </message>
    <message>
        <source>Fill the holes of many photos, each as &apos;fill&apos; does; formats and metadata are kept. PHOTOS are files,
folders with all their subfolders, and patterns such as &apos;scans/**/*.jpg&apos;. Results get the names of the
photos and keep their places below a folder; several folders get a folder each. A format that cannot
be saved becomes .png.

The mask of beach.jpg is beach_mask.png beside it, with any ending of an image; with --masks DIR it is
beach_mask.png or beach.png there; --masks FILE is one mask for all. A photo without a mask is filled
where it is transparent. --suggest adds what is found to the hole: then no mask is needed. Where
nothing is marked or found, the photo is copied as it is.

The batch goes on after a photo that fails, and ends with a table. The exit status is 1 if any failed.
With --resume, photos are skipped whose result is there and belongs to the same photo, mask and
options; the content counts, not the time.
</source>
        <translation>填充许多照片的修复区，每张与“fill”相同；格式和元数据会保留。PHOTOS 是文件、
文件夹（包括其所有子文件夹）以及“scans/**/*.jpg”这样的通配形式。结果沿用照片的名称
并保持其在文件夹下的位置；多个文件夹各得一个文件夹。无法保存的格式改为 .png。

beach.jpg 的遮罩是其旁的 beach_mask.png，可为任何图像扩展名；用 --masks DIR 时是那里的
beach_mask.png 或 beach.png；--masks FILE 是所有照片共用的一个遮罩。没有遮罩的照片在其
透明处填充。--suggest 把找到的内容加入修复区：这时不需要遮罩。没有标记或找到任何内容时，
照片原样复制。

一张照片失败后批处理会继续，最后给出表格。如有失败，退出状态为 1。使用 --resume 时，
如果结果已存在且属于相同的照片、遮罩和选项，则跳过该照片；以内容为准，而不是时间。
</translation>
    </message>
    <message>
        <source>Fill the holes of many photos, in a window of its own</source>
        <translation>在单独的窗口中填充许多照片的修复区</translation>
    </message>
    <message>
        <source>Fill the inside</source>
        <translation>填满内部</translation>
    </message>
    <message>
        <source>Fill the inside of the hole</source>
        <translation>填满修复区内部</translation>
    </message>
    <message>
        <source>Fill the last hole again under the sampling areas marked now, and show both flows side by side</source>
        <translation>按现在标记的取样区重新填充上一个修复区，并排显示两次的来源图</translation>
    </message>
    <message>
        <source>Fill the photos kept back for testing as it would now</source>
        <translation>按现在的状态填充留作测试的照片</translation>
    </message>
    <message>
        <source>Fill with all models</source>
        <translation>用所有模型填充</translation>
    </message>
    <message>
        <source>Fill with every model that is ready</source>
        <translation>用每个就绪的模型填充</translation>
    </message>
    <message>
        <source>Fill with the next {more} seeds, to choose among all of them</source>
        <translation>用后面 {more} 个种子填充，以便从中选择</translation>
    </message>
    <message>
        <source>Fill with these weights from now on</source>
        <translation>从现在起用这些权重填充</translation>
    </message>
    <message>
        <source>Filled by {fillers} in {seconds:.1f} s, {choices}.</source>
        <translation>由 {fillers} 填充，用时 {seconds:.1f} 秒，{choices}。</translation>
    </message>
    <message>
        <source>Filled by {fillers} in {seconds:.1f} s.</source>
        <translation>由 {fillers} 填充，用时 {seconds:.1f} 秒。</translation>
    </message>
    <message>
        <source>Filling</source>
        <translation>正在填充</translation>
    </message>
    <message>
        <source>Filling…</source>
        <translation>正在填充…</translation>
    </message>
    <message>
        <source>Fills are computed on {name}: {reason}.</source>
        <translation>填充在 {name} 上计算：{reason}。</translation>
    </message>
    <message>
        <source>Fills are made by &apos;{saved}&apos; now.</source>
        <translation>现在由“{saved}”填充。</translation>
    </message>
    <message>
        <source>Fills holes in photographs, and shows where the pixels came from.</source>
        <translation>填充照片中的修复区，并显示像素的来源。</translation>
    </message>
    <message>
        <source>Fills of the same hole are kept here,
to choose among them.</source>
        <translation>同一修复区的各次填充保留在此，
供您从中选择。</translation>
    </message>
    <message>
        <source>Fills the middle of a small image from its surroundings; coarse, of historical interest.</source>
        <translation>根据周围内容填充小图像的正中；粗略，具有历史意义。</translation>
    </message>
    <message>
        <source>Find an action or a key</source>
        <translation>查找操作或快捷键</translation>
    </message>
    <message>
        <source>Find and fill</source>
        <translation>查找并填充</translation>
    </message>
    <message>
        <source>Find captions and date stamps</source>
        <translation>查找字幕和日期印记</translation>
    </message>
    <message>
        <source>Find dust and spots</source>
        <translation>查找灰尘和斑点</translation>
    </message>
    <message>
        <source>Find parts of a photo that may be meant as a hole, and save them as a mask that is white there and can
be given to &apos;fill --mask&apos;. No network is needed. The rules are strict: rather miss a part than mark
what belongs to the photo.

  shadow   ground beside the hole that is darker, of the same chroma, and touches it; needs --mask
  wires    thin, long, hardly bent lines before a plain background
  dust     small spots and hairs that differ from plain surroundings
  text     rows of small letters of one height, stroke width and colour: captions and date stamps

Parts are marked 3 px wider than they are, because the exact mask would leave a ghost. What --mask
marks already is no part of the result; to fill a thing with its shadow, give &apos;fill&apos; both masks:
fill PHOTO --mask HOLE --mask MASK -o OUT.
</source>
        <translation>查找照片中可能要修复的部分，并保存为遮罩；这些部分在遮罩中为白色，
可交给“fill --mask”。不需要网络。规则严格：宁可漏掉一部分，也不标记属于照片的内容。

  shadow   修复区旁较暗、色度相同且与之相接的地面；需要 --mask
  wires    平滑背景前细长、几乎不弯的线
  dust     与平滑周围不同的小斑点和毛发
  text     高度、笔画宽度和颜色一致的成行小字母：字幕和日期印记

各部分的标记比实际宽 3 像素，因为精确的遮罩会留下残影。--mask 已标记的内容
不属于结果；要把物体连同其阴影一起填充，请把两个遮罩都交给“fill”：
fill PHOTO --mask HOLE --mask MASK -o OUT。
</translation>
    </message>
    <message>
        <source>Find small spots on plain surroundings</source>
        <translation>查找平滑背景上的小斑点</translation>
    </message>
    <message>
        <source>Find small text</source>
        <translation>查找小字</translation>
    </message>
    <message>
        <source>Find the shadow</source>
        <translation>查找阴影</translation>
    </message>
    <message>
        <source>Find the shadow beside the hole</source>
        <translation>查找修复区旁的阴影</translation>
    </message>
    <message>
        <source>Find wires</source>
        <translation>查找电线</translation>
    </message>
    <message>
        <source>Find wires across the photo</source>
        <translation>查找横穿照片的电线</translation>
    </message>
    <message>
        <source>Finding where it may have come from</source>
        <translation>正在查找可能的来源</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Fine-tune again...</source>
        <translation>再次微调...</translation>
    </message>
    <message>
        <source>Fine-tune...</source>
        <translation>微调...</translation>
    </message>
    <message>
        <source>Fine-tuning &apos;{saved}&apos;: {result}</source>
        <translation>微调“{saved}”：{result}</translation>
    </message>
    <message>
        <source>Fine-tuning {model}</source>
        <translation>微调 {model}</translation>
    </message>
    <message>
        <source>Fine-tuning: {text}</source>
        <translation>微调：{text}</translation>
    </message>
    <message>
        <source>First stage</source>
        <translation>第一阶段</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>来源图</translation>
    </message>
    <message>
        <source>Flow colours</source>
        <translation>来源图颜色</translation>
    </message>
    <message>
        <source>Flow view</source>
        <translation>来源图视图</translation>
    </message>
    <message>
        <source>Fold or unfold {title}</source>
        <translation>折叠或展开“{title}”</translation>
    </message>
    <message>
        <source>Folder of photos</source>
        <translation>照片文件夹</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>文件夹...</translation>
    </message>
    <message>
        <source>For a network, the device can be chosen here</source>
        <translation>使用网络时，可在此选择设备</translation>
    </message>
    <message>
        <source>Found in the photos, or those of the weights</source>
        <translation>在照片中查找，或沿用权重自带的</translation>
    </message>
    <message>
        <source>Free form</source>
        <translation>自由形状</translation>
    </message>
    <message>
        <source>Free form box</source>
        <translation>自由形状加方框</translation>
    </message>
    <message>
        <source>Free form inside</source>
        <translation>自由形状（不触边）</translation>
    </message>
    <message>
        <source>Free to use</source>
        <translation>可自由使用</translation>
    </message>
    <message>
        <source>From</source>
        <translation>取自</translation>
    </message>
    <message>
        <source>From nothing</source>
        <translation>从零开始</translation>
    </message>
    <message>
        <source>From seed to seed: standard deviation of the mean</source>
        <translation>种子之间：均值的标准差</translation>
    </message>
    <message>
        <source>From the end of the stroke before, with any brush</source>
        <translation>从上一笔的终点开始，适用于任意画笔</translation>
    </message>
    <message>
        <source>From {col}, {row}: {describe}. Let go to fill; Esc keeps it as it was.</source>
        <translation>取自 {col}, {row}：{describe}。松开即填充；Esc 保持原样。</translation>
    </message>
    <message>
        <source>From {x}, {y}</source>
        <translation>取自 {x}, {y}</translation>
    </message>
    <message>
        <source>GLCIC&apos;s rectangle of 96 to 128 px of 256</source>
        <translation>GLCIC 的矩形，256 像素中的 96 到 128</translation>
    </message>
    <message>
        <source>Get the full build, or install it with: pip install inpaint-studio</source>
        <translation>请获取完整版，或这样安装：pip install inpaint-studio</translation>
    </message>
    <message>
        <source>Get weights</source>
        <translation>获取权重</translation>
    </message>
    <message>
        <source>Get weights...</source>
        <translation>获取权重...</translation>
    </message>
    <message>
        <source>Get...</source>
        <translation>获取...</translation>
    </message>
    <message>
        <source>Getting &apos;{id}&apos;: {title}{sizes}.</source>
        <translation>正在获取“{id}”：{title}{sizes}。</translation>
    </message>
    <message>
        <source>Getting {names}</source>
        <translation>正在获取 {names}</translation>
    </message>
    <message>
        <source>Getting {title} ready…</source>
        <translation>正在准备 {title}…</translation>
    </message>
    <message>
        <source>Give --steps or --minutes.</source>
        <translation>请给出 --steps 或 --minutes。</translation>
    </message>
    <message>
        <source>Give all actions their usual keys again</source>
        <translation>让所有操作恢复默认快捷键</translation>
    </message>
    <message>
        <source>Give another --devices.</source>
        <translation>请给出另外的 --devices。</translation>
    </message>
    <message>
        <source>Give the chosen action its usual keys again</source>
        <translation>让所选操作恢复默认快捷键</translation>
    </message>
    <message>
        <source>Give the chosen set another name (F2)</source>
        <translation>为所选权重另取名称 (F2)</translation>
    </message>
    <message>
        <source>Give the hole a soft rim, blended into the photo</source>
        <translation>使修复区边沿柔和，与照片融合</translation>
    </message>
    <message>
        <source>Give the hole with --mask HOLE.png.</source>
        <translation>请用 --mask HOLE.png 给出修复区。</translation>
    </message>
    <message>
        <source>Give the weights this name</source>
        <translation>给权重取此名称</translation>
    </message>
    <message>
        <source>Go from the photo to the panels, the tools and back</source>
        <translation>从照片依次转到面板、工具再回到照片</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Go on from the photo to the tools, the panels and back</source>
        <translation>从照片依次转到工具、面板再回到照片</translation>
    </message>
    <message>
        <source>Go on where it broke off, with the same photos and settings</source>
        <translation>从中断处继续，照片和设置相同</translation>
    </message>
    <message>
        <source>Go on where the download stopped</source>
        <translation>从下载中断处继续</translation>
    </message>
    <message>
        <source>Go on with this fine-tuning where it stopped, with the same photos and settings</source>
        <translation>从停止处继续此次微调，照片和设置相同</translation>
    </message>
    <message>
        <source>Go on without the file</source>
        <translation>不用该文件继续</translation>
    </message>
    <message>
        <source>Going on…</source>
        <translation>正在继续…</translation>
    </message>
    <message>
        <source>Grey is drawn by the network.</source>
        <translation>灰色由网络绘制。</translation>
    </message>
    <message>
        <source>Grey: drawn by the network.</source>
        <translation>灰色：由网络绘制。</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>扩展</translation>
    </message>
    <message>
        <source>Grow and fill again</source>
        <translation>扩展并重新填充</translation>
    </message>
    <message>
        <source>Grow the hole</source>
        <translation>扩展修复区</translation>
    </message>
    <message>
        <source>Grow the hole by some pixels and fill it; without a hole, do so with the one filled last</source>
        <translation>把修复区扩展若干像素并填充；没有修复区时，对上次填充的区域这样做</translation>
    </message>
    <message>
        <source>Guide line</source>
        <translation>引导线</translation>
    </message>
    <message>
        <source>Guide line {number} has too little known picture along it and was ignored: draw it farther out of the hole.</source>
        <translation>引导线 {number} 沿线的已知图像太少，已忽略：请把它画得更多地伸出修复区。</translation>
    </message>
    <message>
        <source>Guide line {number} is in too many pieces and was ignored: draw it in one go.</source>
        <translation>引导线 {number} 断成太多段，已忽略：请一笔画成。</translation>
    </message>
    <message>
        <source>Guide line {number} is too broad for a line and was ignored: draw it thinner.</source>
        <translation>引导线 {number} 太粗，已忽略：请画得更细。</translation>
    </message>
    <message>
        <source>Guide line {number} is too short to show a direction and was ignored: draw it longer.</source>
        <translation>引导线 {number} 太短，看不出方向，已忽略：请画得更长。</translation>
    </message>
    <message>
        <source>Guide line {number} touches nothing known and was ignored: let it begin outside the hole.</source>
        <translation>引导线 {number} 没有触及已知部分，已忽略：请让它从修复区之外开始。</translation>
    </message>
    <message>
        <source>Guide lines</source>
        <translation>引导线</translation>
    </message>
    <message>
        <source>Half rectangle</source>
        <translation>半幅矩形</translation>
    </message>
    <message>
        <source>Hand</source>
        <translation>抓手</translation>
    </message>
    <message>
        <source>Harden the brush&apos;s edge</source>
        <translation>使画笔边缘更清晰</translation>
    </message>
    <message>
        <source>Harder brush</source>
        <translation>提高画笔硬度</translation>
    </message>
    <message>
        <source>Hardest photos</source>
        <translation>最难的照片</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>Hardness of the edge of brush and eraser in percent</source>
        <translation>画笔和橡皮擦边缘的硬度，百分比</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>此处</translation>
    </message>
    <message>
        <source>Hide the overlays</source>
        <translation>隐藏叠加层</translation>
    </message>
    <message>
        <source>Hint: brush over something, press {key}</source>
        <translation>提示：涂抹要去除的东西，然后按 {key}</translation>
    </message>
    <message>
        <source>Hole</source>
        <translation>修复区</translation>
    </message>
    <message>
        <source>Hole of {value:.1f} %</source>
        <translation>修复区 {value:.1f} %</translation>
    </message>
    <message>
        <source>Holes</source>
        <translation>修复区</translation>
    </message>
    <message>
        <source>Holes outside the papers&apos; sizes (1 to 60 %) are counted apart: {names}.</source>
        <translation>论文尺寸范围（1 至 60 %）以外的修复区单独计算：{names}。</translation>
    </message>
    <message>
        <source>Houses and sky</source>
        <translation>房屋和天空</translation>
    </message>
    <message>
        <source>How carefully it fills</source>
        <translation>填充的精细程度</translation>
    </message>
    <message>
        <source>How close its fills are to the real photo; higher is better, half a dB can be seen. Sharpness below 1 is blur, a seam above 1 can be seen.</source>
        <translation>其填充与真实照片的接近程度；越高越好，半个 dB 即可看出。清晰度低于 1 为模糊，接缝高于 1 可以看出。</translation>
    </message>
    <message>
        <source>How far Grow, Shrink and Feather reach, in pixels of the photo</source>
        <translation>扩展、收缩和羽化的幅度，以照片像素计</translation>
    </message>
    <message>
        <source>How far copied colours follow the light of a sky, a wall or a vignette; 0 copies them as they are. As usual: 0, and 100 % where you move a source</source>
        <translation>复制的颜色在多大程度上跟随天空、墙面或暗角的明暗；0 为原样复制。默认：0，移动来源时为 100 %</translation>
    </message>
    <message>
        <source>How far copied colours follow the light, in percent; -1 as usual</source>
        <translation>复制的颜色跟随明暗的程度，百分比；-1 为默认</translation>
    </message>
    <message>
        <source>How far it gets in that time is measured as soon as there is a folder of photos, and a model to start from.</source>
        <translation>选好照片文件夹和起始模型后，会立即测量在该时间内能进行多远。</translation>
    </message>
    <message>
        <source>How far its fills are from the real photos, by several measures</source>
        <translation>按多种指标，其填充与真实照片相差多少</translation>
    </message>
    <message>
        <source>How labels are painted</source>
        <translation>涂画标签的方式</translation>
    </message>
    <message>
        <source>How large texts and buttons are, in percent, from the next start on</source>
        <translation>文字和按钮的大小，百分比，下次启动时生效</translation>
    </message>
    <message>
        <source>How light the window is: as the system has it, light or dark</source>
        <translation>窗口的明暗：跟随系统、浅色或深色</translation>
    </message>
    <message>
        <source>How much each place counts: white the most, black the least.</source>
        <translation>各处所占的分量：白色最多，黑色最少。</translation>
    </message>
    <message>
        <source>How much the colours that the wand takes may differ</source>
        <translation>魔棒所选颜色可相差的程度</translation>
    </message>
    <message>
        <source>How much the wand&apos;s colours may differ, 0 to 255</source>
        <translation>魔棒的颜色可相差多少，0 到 255</translation>
    </message>
    <message>
        <source>How sharp the edge of brush and eraser is</source>
        <translation>画笔和橡皮擦边缘的清晰程度</translation>
    </message>
    <message>
        <source>How the chosen set was made, and what it is bad at</source>
        <translation>所选权重是如何得到的，以及它不擅长什么</translation>
    </message>
    <message>
        <source>How the hole is marked: tinted, or with crossed lines, too</source>
        <translation>修复区的标记方式：着色，或另加交叉线</translation>
    </message>
    <message>
        <source>Hue: the way to the source.
Strength: how far it is.
White: right here.
Grey: drawn by the network.</source>
        <translation>色相：来源的方向。
饱和度：距离远近。
白色：就在此处。
灰色：由网络绘制。</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>图标</translation>
    </message>
    <message>
        <source>Image of the flow (*.png)</source>
        <translation>来源图的图像 (*.png)</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation>导入标签</translation>
    </message>
    <message>
        <source>Import labels...</source>
        <translation>导入标签...</translation>
    </message>
    <message>
        <source>Import mask</source>
        <translation>导入遮罩</translation>
    </message>
    <message>
        <source>Import mask...</source>
        <translation>导入遮罩...</translation>
    </message>
    <message>
        <source>Import the files that your browser has downloaded</source>
        <translation>导入浏览器已下载的文件</translation>
    </message>
    <message>
        <source>Import weights</source>
        <translation>导入权重</translation>
    </message>
    <message>
        <source>Import weights from files you have</source>
        <translation>从您已有的文件导入权重</translation>
    </message>
    <message>
        <source>Import weights from the files that their authors published. Their format is detected from their
content; name several files together where they belong together.
</source>
        <translation>从作者发布的文件导入权重。格式由内容识别；
属于一组的多个文件请一起给出。
</translation>
    </message>
    <message>
        <source>Import weights...</source>
        <translation>导入权重...</translation>
    </message>
    <message>
        <source>Import...</source>
        <translation>导入...</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>Imported &apos;{name}&apos;: {count_parameters} for {title}.</source>
        <translation>已导入“{name}”：{count_parameters}，用于 {title}。</translation>
    </message>
    <message>
        <source>Imported: {title}.</source>
        <translation>已导入：{title}。</translation>
    </message>
    <message>
        <source>Importing {what}</source>
        <translation>正在导入 {what}</translation>
    </message>
    <message>
        <source>Imports</source>
        <translation>可导入</translation>
    </message>
    <message>
        <source>In {path}, &apos;{name}&apos; is too large.</source>
        <translation>在 {path} 中，“{name}”太大。</translation>
    </message>
    <message>
        <source>In {path}, &apos;{name}&apos; must be a table, [{name}].</source>
        <translation>在 {path} 中，“{name}”必须是表 [{name}]。</translation>
    </message>
    <message>
        <source>In {path}, &apos;{name}&apos; must be {kinds}, not {short}.</source>
        <translation>在 {path} 中，“{name}”必须是{kinds}，而不是 {short}。</translation>
    </message>
    <message>
        <source>In {path}, &apos;{short}&apos; must be a text, a number, true or false.</source>
        <translation>在 {path} 中，“{short}”必须是文本、数字、true 或 false。</translation>
    </message>
    <message>
        <source>Inpaint Studio</source>
        <translation>Inpaint Studio</translation>
    </message>
    <message>
        <source>Inpaint Studio crashed while it started. Start it again: it will leave the graphics driver alone.</source>
        <translation>Inpaint Studio 启动时崩溃。请再次启动：它将不使用显卡驱动。</translation>
    </message>
    <message>
        <source>Inside</source>
        <translation>内部</translation>
    </message>
    <message>
        <source>Install it with: pip install &apos;inpaint-studio[cluster]&apos;</source>
        <translation>安装命令：pip install &apos;inpaint-studio[cluster]&apos;</translation>
    </message>
    <message>
        <source>Install it with: pip install &apos;inpaint-studio[{extra}]&apos;.</source>
        <translation>安装命令：pip install &apos;inpaint-studio[{extra}]&apos;。</translation>
    </message>
    <message>
        <source>Install it: pip install &apos;inpaint-studio[segment]&apos;</source>
        <translation>安装命令：pip install &apos;inpaint-studio[segment]&apos;</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反转</translation>
    </message>
    <message>
        <source>Invert the hole</source>
        <translation>反转修复区</translation>
    </message>
    <message>
        <source>It can go on without that file; its fills may then come out smoother, with less texture.</source>
        <translation>没有该文件也可以继续；填充可能更平滑，纹理更少。</translation>
    </message>
    <message>
        <source>It cannot be loaded; install the program again.</source>
        <translation>无法加载；请重新安装程序。</translation>
    </message>
    <message>
        <source>It does not list keys by the names of actions.</source>
        <translation>它没有按操作名称列出快捷键。</translation>
    </message>
    <message>
        <source>It ended before anything was measured; your models are as before.</source>
        <translation>在测量任何内容之前就结束了；您的模型保持不变。</translation>
    </message>
    <message>
        <source>It ended before the held-out photos were measured; your models are as before.</source>
        <translation>在测量留出照片之前就结束了；您的模型保持不变。</translation>
    </message>
    <message>
        <source>It ended before the part in which the network learns to fill; your models are as before.</source>
        <translation>在网络学习填充的阶段之前就结束了；您的模型保持不变。</translation>
    </message>
    <message>
        <source>It ends by itself after 10 minutes; the best of all steps is kept.</source>
        <translation>10 分钟后自行结束；保留所有步骤中最好的。</translation>
    </message>
    <message>
        <source>It ends by itself after an hour; the best of all steps is kept.</source>
        <translation>一小时后自行结束；保留所有步骤中最好的。</translation>
    </message>
    <message>
        <source>It ends by itself after eight hours, with the window closed too; the best of all steps is kept.</source>
        <translation>八小时后自行结束，窗口关闭也照常进行；保留所有步骤中最好的。</translation>
    </message>
    <message numerus="yes">
        <source>It fills {n} crops it has not seen with {best:.1f} dB now.</source>
        <translation>
            <numerusform>现在它以 {best:.1f} dB 填充未见过的 {n} 个裁块。</numerusform>
        </translation>
    </message>
    <message>
        <source>It finds what is sky or grass by itself, or takes your label maps (under More).</source>
        <translation>它会自行找出哪里是天空或草地，或使用您的标签图（在“更多”下）。</translation>
    </message>
    <message>
        <source>It goes on from the weights &apos;{name}&apos;, which come with the program.</source>
        <translation>它从随程序提供的权重“{name}”继续。</translation>
    </message>
    <message>
        <source>It goes on from the weights &apos;{name}&apos;.</source>
        <translation>它从权重“{name}”继续。</translation>
    </message>
    <message>
        <source>It goes on in a moment</source>
        <translation>稍后继续</translation>
    </message>
    <message>
        <source>It goes on until you stop it</source>
        <translation>一直进行到您停止为止</translation>
    </message>
    <message>
        <source>It goes on until you stop it, with the window closed too; the best of all steps is kept.</source>
        <translation>一直进行到您停止为止，窗口关闭也照常进行；保留所有步骤中最好的。</translation>
    </message>
    <message>
        <source>It has no weights: it would start from nothing, which takes days on a fast card and many thousands of photos. Getting or importing weights first is the better way.</source>
        <translation>它没有权重：将从零开始，在快速显卡上也需要数天，并需要成千上万张照片。先获取或导入权重是更好的办法。</translation>
    </message>
    <message>
        <source>It is not drawn, as the axis has only values above 0.</source>
        <translation>它没有画出，因为坐标轴只有大于 0 的值。</translation>
    </message>
    <message>
        <source>It looks for the file in {parent}</source>
        <translation>它在 {parent} 中查找该文件</translation>
    </message>
    <message>
        <source>It needs</source>
        <translation>所需条件</translation>
    </message>
    <message>
        <source>It pauses when its step has ended</source>
        <translation>当前步骤结束后暂停</translation>
    </message>
    <message>
        <source>It starts from nothing, which takes days on a fast card and many thousands of photos. Going on from its weights is the better way.</source>
        <translation>它从零开始，在快速显卡上也需要数天，并需要成千上万张照片。从其权重继续是更好的办法。</translation>
    </message>
    <message>
        <source>It was interrupted.</source>
        <translation>已被中断。</translation>
    </message>
    <message>
        <source>It was not measured since step {measured_step}, and no better until then</source>
        <translation>自第 {measured_step} 步起没有再测量，到那时为止没有变好</translation>
    </message>
    <message>
        <source>Its discriminators were not imported ({reason}); a further training begins with new ones.</source>
        <translation>其判别器未导入（{reason}）；继续训练时会从新的开始。</translation>
    </message>
    <message>
        <source>Its losses, smoothed; the blue line matters most. Point at a name below to read what it measures. Each mark of the scale is several times the one below it; values of 0 and below have no place there and are not drawn.</source>
        <translation>平滑后的损失；蓝线最重要。指向下面的名称可了解它测量什么。刻度的每一格是下一格的数倍；0 及以下的值在其中没有位置，因此不画出。</translation>
    </message>
    <message>
        <source>Its result would replace that of {name}; rename one of them.</source>
        <translation>其结果会替换 {name} 的结果；请重命名其中一个。</translation>
    </message>
    <message>
        <source>Its values run from {least:g} to {most:g}; they are shown stretched from black to white.</source>
        <translation>其值从 {least:g} 到 {most:g}；显示时拉伸为从黑到白。</translation>
    </message>
    <message>
        <source>Its values run from {low} to {high}; they are shown stretched from black to white.</source>
        <translation>其值从 {low} 到 {high}；显示时拉伸为从黑到白。</translation>
    </message>
    <message>
        <source>Its weights were deleted.</source>
        <translation>其权重已被删除。</translation>
    </message>
    <message>
        <source>Its width is the photo&apos;s height. Some programs ignore how the camera was held.</source>
        <translation>它的宽等于照片的高。有些程序会忽略相机的持握方向。</translation>
    </message>
    <message>
        <source>JSON lines on stdout; commands on stdin, one a line</source>
        <translation>标准输出为 JSON 行；标准输入为命令，每行一个</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep the best</source>
        <translation>保留最好的</translation>
    </message>
    <message>
        <source>Keep the last too</source>
        <translation>也保留最后的权重</translation>
    </message>
    <message>
        <source>Keep this candidate however many others come</source>
        <translation>无论再有多少候选，都保留此候选</translation>
    </message>
    <message>
        <source>Keep {name} as it is?</source>
        <translation>要保持 {name} 不变吗？</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Keys...</source>
        <translation>快捷键...</translation>
    </message>
    <message>
        <source>L1 of the hole, %</source>
        <translation>修复区的 L1，%</translation>
    </message>
    <message>
        <source>LPIPS cannot choose the best weights: {why}</source>
        <translation>LPIPS 无法选出最好的权重：{why}</translation>
    </message>
    <message>
        <source>LPIPS is left out: {fault}; get {url}.</source>
        <translation>略去 LPIPS：{fault}；请获取 {url}。</translation>
    </message>
    <message>
        <source>LPIPS is left out: {file} is damaged; get {url} again.</source>
        <translation>略去 LPIPS：{file} 已损坏；请重新获取 {url}。</translation>
    </message>
    <message>
        <source>LPIPS needs crops of {least_for_lpips} px or more, not {size}; choose another figure.</source>
        <translation>LPIPS 需要 {least_for_lpips} 像素或更大的裁块，而不是 {size}；请选择另一个指标。</translation>
    </message>
    <message>
        <source>LaMa medium 256</source>
        <translation>LaMa 中等 256</translation>
    </message>
    <message>
        <source>LaMa medium 512</source>
        <translation>LaMa 中等 512</translation>
    </message>
    <message>
        <source>LaMa thick 256</source>
        <translation>LaMa 粗 256</translation>
    </message>
    <message>
        <source>LaMa thick 512</source>
        <translation>LaMa 粗 512</translation>
    </message>
    <message>
        <source>LaMa thin 256</source>
        <translation>LaMa 细 256</translation>
    </message>
    <message>
        <source>LaMa thin 512</source>
        <translation>LaMa 细 512</translation>
    </message>
    <message>
        <source>LaMa&apos;s {kind} {shapes}, meant for {side} px</source>
        <translation>LaMa 的 {kind} {shapes}，用于 {side} 像素</translation>
    </message>
    <message>
        <source>Label maps</source>
        <translation>标签图</translation>
    </message>
    <message>
        <source>Label maps of your own...</source>
        <translation>您自己的标签图...</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Labels view</source>
        <translation>标签视图</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>增大画笔</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
    <message>
        <source>Last fault</source>
        <translation>上次错误</translation>
    </message>
    <message>
        <source>Leave the chosen action without a key</source>
        <translation>让所选操作没有快捷键</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>略去</translation>
    </message>
    <message>
        <source>Let go to add {name} to the hole</source>
        <translation>松开以把 {name} 添加到修复区</translation>
    </message>
    <message>
        <source>Let go to import these weights</source>
        <translation>松开以导入这些权重</translation>
    </message>
    <message>
        <source>Let go to open this picture</source>
        <translation>松开以打开此图片</translation>
    </message>
    <message>
        <source>Let go to open {name}</source>
        <translation>松开以打开 {name}</translation>
    </message>
    <message>
        <source>Let it train again</source>
        <translation>让它继续训练</translation>
    </message>
    <message>
        <source>Let models fill holes in photos and measure the fills against the photos: PSNR, SSIM, L1, TV,
sharpness, seam and chi2 inside the hole, and LPIPS, FID and KID over whole images where the weights
of their networks are on this machine. Photos and masks are paired by name (beach.jpg has
beach_0_brush.png) or by a table; without masks, holes are drawn, every time the same:
  mixture, brush, rectangle, object   this program&apos;s own
  centre, centre-half                 a square of 56 of 128 px (Context Encoder), of 128 of 256 px
  half-rectangle                      a rectangle of 96 to 128 of 256 px (GLCIC)
  free-form, free-form-box            strokes (DeepFill v2), and with a box as it trains
  random-walk                         random walks (PConv as naoto0804 trains it)
  free-form-inside, random-walk-inside   the same, 50 of 512 px away from the border
  lama-thin-256, -medium-, -thick-, -512   LaMa&apos;s sets of narrow to wide strokes and boxes
Every mean has a 95 % interval, and a model is marked as better than another only where that is not
luck with these photos.
</source>
        <translation>让模型填充照片中的修复区，并与照片对照测量：修复区内的 PSNR、SSIM、L1、TV、清晰度、
接缝和 chi2，以及整幅图像的 LPIPS、FID 和 KID（如本机有其网络的权重）。照片与遮罩按名称
配对（beach.jpg 对应 beach_0_brush.png），或按表格配对；没有遮罩时绘制修复区，每次都相同：
  mixture, brush, rectangle, object   本程序自带的
  centre, centre-half                 128 像素中 56 的正方形（Context Encoder），256 中 128 的正方形
  half-rectangle                      256 像素中 96 到 128 的矩形（GLCIC）
  free-form, free-form-box            笔画（DeepFill v2），以及训练时的带方框笔画
  random-walk                         随机游走（naoto0804 训练 PConv 的方式）
  free-form-inside, random-walk-inside   同上，距边界 512 中的 50 像素
  lama-thin-256, -medium-, -thick-, -512   LaMa 的由窄到宽的笔画和方框
每个均值都有 95 % 区间；只有在这些照片上并非偶然时，才标明一个模型优于另一个。
</translation>
    </message>
    <message>
        <source>Let the default fill begin as it did before</source>
        <translation>让默认填充像以前一样开始</translation>
    </message>
    <message>
        <source>Let the default fill begin from the picture of this network, and copy its texture from the photo as before</source>
        <translation>让默认填充从此网络的图像开始，并照旧从照片复制纹理</translation>
    </message>
    <message>
        <source>Let the network draw the edges of the hole, so that you can correct them</source>
        <translation>让网络画出修复区的边缘，以便您修改</translation>
    </message>
    <message>
        <source>Let the network say what belongs where in the hole, so that you can paint over it</source>
        <translation>让网络判断修复区内各处应是什么，以便您在上面涂改</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>程序库</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Likeness on photos kept back</source>
        <translation>在留出照片上的相似度</translation>
    </message>
    <message>
        <source>Loaders</source>
        <translation>加载进程</translation>
    </message>
    <message>
        <source>Loading {title}</source>
        <translation>正在加载 {title}</translation>
    </message>
    <message>
        <source>Logging to &apos;{name}&apos; needs a library that is not installed.</source>
        <translation>记录到“{name}”需要尚未安装的库。</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Looking at photo {number} of {count}</source>
        <translation>正在查看照片 {number}，共 {count} 张</translation>
    </message>
    <message>
        <source>Looking at the hole</source>
        <translation>正在查看修复区</translation>
    </message>
    <message>
        <source>Looking for dust and spots</source>
        <translation>正在查找灰尘和斑点</translation>
    </message>
    <message>
        <source>Looking for photos, {count} so far</source>
        <translation>正在查找照片，目前 {count} 张</translation>
    </message>
    <message>
        <source>Looking for text</source>
        <translation>正在查找文字</translation>
    </message>
    <message>
        <source>Looking for the shadow</source>
        <translation>正在查找阴影</translation>
    </message>
    <message>
        <source>Looking for what is done</source>
        <translation>正在查找已完成的内容</translation>
    </message>
    <message>
        <source>Looking for wires</source>
        <translation>正在查找电线</translation>
    </message>
    <message>
        <source>Looking for {things}… (Esc stops)</source>
        <translation>正在查找{things}…（Esc 停止）</translation>
    </message>
    <message>
        <source>Looking through it…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>Losses</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Losses over the steps</source>
        <translation>损失随步数的变化</translation>
    </message>
    <message>
        <source>MODEL</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Made with Inpaint Studio {version}.</source>
        <translation>由 Inpaint Studio {version} 制作。</translation>
    </message>
    <message>
        <source>Magnetic lasso</source>
        <translation>磁性套索</translation>
    </message>
    <message>
        <source>Make all suggestions that are left part of the hole</source>
        <translation>把剩余的建议全部加入修复区</translation>
    </message>
    <message>
        <source>Make hole of what the hole encloses</source>
        <translation>把修复区围住的部分也变为修复区</translation>
    </message>
    <message>
        <source>Make the brush larger</source>
        <translation>把画笔调大</translation>
    </message>
    <message>
        <source>Make the brush smaller</source>
        <translation>把画笔调小</translation>
    </message>
    <message>
        <source>Make the hole smaller by some pixels</source>
        <translation>把修复区缩小若干像素</translation>
    </message>
    <message>
        <source>Make the suggestion part of the hole, and show the next</source>
        <translation>把建议加入修复区，并显示下一个</translation>
    </message>
    <message>
        <source>Make {more} more candidates</source>
        <translation>再生成 {more} 个候选</translation>
    </message>
    <message>
        <source>Many thousands of photos, {least} px or larger.</source>
        <translation>成千上万张照片，{least} 像素或更大。</translation>
    </message>
    <message>
        <source>Maps in {}</source>
        <translation>{} 中的标签图</translation>
    </message>
    <message>
        <source>Mark sampling areas with the next shape: brush, lasso, rectangle and so on</source>
        <translation>用下一种形状标记取样区：画笔、套索、矩形等</translation>
    </message>
    <message>
        <source>Mark sampling areas with the shape before</source>
        <translation>用上一种形状标记取样区</translation>
    </message>
    <message>
        <source>Mark something in the photo first; then fill it</source>
        <translation>请先在照片中标记，然后填充</translation>
    </message>
    <message>
        <source>Mark the only places to copy from, with any shape; Q takes the next one, the right button unmarks</source>
        <translation>用任意形状标记唯一可复制的部分；按 Q 换下一种形状，右键取消标记</translation>
    </message>
    <message>
        <source>Mark the thing first; then its shadow can be found.</source>
        <translation>请先标记物体，然后才能查找其阴影。</translation>
    </message>
    <message>
        <source>Mark what has the colour you click on; the right button or Alt unmarks</source>
        <translation>标记与单击处颜色相同的部分；右键或 Alt 取消标记</translation>
    </message>
    <message>
        <source>Mark what is not marked, and the other way round</source>
        <translation>标记未标记的部分，取消已标记的部分</translation>
    </message>
    <message>
        <source>Mark what must not be copied from, with any shape; Q takes the next one, the right button unmarks</source>
        <translation>用任意形状标记不得复制的部分；按 Q 换下一种形状，右键取消标记</translation>
    </message>
    <message>
        <source>Mark what should go; Shift+click draws a straight line, the right button erases</source>
        <translation>标记要去除的部分；Shift+单击画直线，右键擦除</translation>
    </message>
    <message>
        <source>Mask files of your own...</source>
        <translation>您自己的遮罩文件...</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>遮罩</translation>
    </message>
    <message>
        <source>Masks beside the photos need a suffix, or they cannot be distinguished from them.</source>
        <translation>与照片放在一起的遮罩需要后缀，否则无法与照片区分。</translation>
    </message>
    <message>
        <source>Masks in the folder of the photos cannot be distinguished from them; move them to another folder, or use --pairs.</source>
        <translation>与照片在同一文件夹的遮罩无法与照片区分；请把它们移到另一个文件夹，或使用 --pairs。</translation>
    </message>
    <message>
        <source>Masks in {}</source>
        <translation>{} 中的遮罩</translation>
    </message>
    <message>
        <source>Matched afterwards: a network drew it, and its source looks like it.</source>
        <translation>事后匹配：由网络绘制，其来源与之相似。</translation>
    </message>
    <message>
        <source>Mean absolute error of the hole&apos;s values, of their range; less is better.</source>
        <translation>修复区内数值的平均绝对误差，占取值范围的比例；越小越好。</translation>
    </message>
    <message>
        <source>Mean gradient in the hole divided by the true one; 1 is like it.</source>
        <translation>修复区内的平均梯度除以真实的平均梯度；1 为相同。</translation>
    </message>
    <message>
        <source>Mean step across the hole&apos;s border divided by the true one; 1 is like it.</source>
        <translation>跨修复区边界的平均变化除以真实的变化；1 为相同。</translation>
    </message>
    <message>
        <source>Mean step between neighbouring pixels of the hole, of the range.</source>
        <translation>修复区内相邻像素之间的平均变化，占取值范围的比例。</translation>
    </message>
    <message>
        <source>Means of the differences photo by photo, with their 95 % intervals. A letter names the better model where that is not luck.</source>
        <translation>逐张照片差异的均值及其 95 % 区间。并非偶然时，字母表示较好的模型。</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>Measured {when} with Inpaint Studio {version}.</source>
        <translation>{when} 用 Inpaint Studio {version} 测量。</translation>
    </message>
    <message>
        <source>Measuring how it fills the photos kept back now…</source>
        <translation>正在测量现在填充留出照片的效果…</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Memory ran out even for one image at a time; train at a smaller size.</source>
        <translation>一次一张图像内存也用尽；请以更小的尺寸训练。</translation>
    </message>
    <message>
        <source>Memory ran out; from now on each batch is computed in {parts} parts, with the same result.</source>
        <translation>内存用尽；从现在起每批分 {parts} 部分计算，结果相同。</translation>
    </message>
    <message>
        <source>Memory ran out; the fill was computed in half precision.</source>
        <translation>内存用尽；填充以半精度计算。</translation>
    </message>
    <message>
        <source>Memory ran out; the fill was drawn at half its size.</source>
        <translation>内存用尽；填充以一半大小绘制。</translation>
    </message>
    <message>
        <source>Memory ran out; the fill was drawn on the processor at half its size.</source>
        <translation>内存用尽；填充在处理器上以一半大小绘制。</translation>
    </message>
    <message>
        <source>Memory ran out; the fill was made in smaller steps.</source>
        <translation>内存用尽；填充以更小的步骤完成。</translation>
    </message>
    <message>
        <source>Memory the undo history may take, in MB</source>
        <translation>撤销历史可占用的内存，MB</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Method there</source>
        <translation>论文中的方法</translation>
    </message>
    <message>
        <source>Middle button</source>
        <translation>中键</translation>
    </message>
    <message>
        <source>Middlebury flow, numbers (*.flo)</source>
        <translation>Middlebury 来源图，数值 (*.flo)</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像站</translation>
    </message>
    <message>
        <source>Mirrored pieces</source>
        <translation>镜像图块</translation>
    </message>
    <message>
        <source>Mixture</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>MobileSAM is looking for the object…</source>
        <translation>MobileSAM 正在查找物体…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model here</source>
        <translation>此处的模型</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>更多选项</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>运动</translation>
    </message>
    <message>
        <source>Move along the edge and click now and then; a click on the first point or Enter closes, Backspace goes back.</source>
        <translation>沿边缘移动并不时单击；单击第一个点或按回车键 闭合，退格键退回。</translation>
    </message>
    <message>
        <source>Move guide line</source>
        <translation>移动引导线</translation>
    </message>
    <message>
        <source>Move point of guide line</source>
        <translation>移动引导线的点</translation>
    </message>
    <message>
        <source>Move the chosen source</source>
        <translation>移动选中的来源</translation>
    </message>
    <message>
        <source>Move the photo</source>
        <translation>移动照片</translation>
    </message>
    <message>
        <source>Move the photo; with any tool, hold Space or the middle button</source>
        <translation>移动照片；使用任意工具时，可按住空格键或中键</translation>
    </message>
    <message>
        <source>Move the source</source>
        <translation>移动来源</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name another folder with -o.</source>
        <translation>请用 -o 给出另一个文件夹。</translation>
    </message>
    <message>
        <source>Name of the weights</source>
        <translation>权重的名称</translation>
    </message>
    <message>
        <source>Name two variants or more to compare, such as --attention none,self.</source>
        <translation>请给出两个或更多变体进行比较，例如 --attention none,self。</translation>
    </message>
    <message>
        <source>Nearest known: colours spread from there.</source>
        <translation>最近的已知处：颜色从那里扩散。</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>New fine-tuning</source>
        <translation>新的微调</translation>
    </message>
    <message>
        <source>Next area</source>
        <translation>下一个区域</translation>
    </message>
    <message>
        <source>Next candidate</source>
        <translation>下一个候选</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>下一张照片</translation>
    </message>
    <message>
        <source>Next sampling shape</source>
        <translation>下一种取样形状</translation>
    </message>
    <message>
        <source>Next suggestion</source>
        <translation>下一个建议</translation>
    </message>
    <message>
        <source>No Ray cluster answers at {address}; check the address.</source>
        <translation>{address} 处没有 Ray 集群响应；请检查地址。</translation>
    </message>
    <message>
        <source>No class here.</source>
        <translation>此处没有类别。</translation>
    </message>
    <message>
        <source>No file was chosen to import.</source>
        <translation>没有选择要导入的文件。</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>无快捷键</translation>
    </message>
    <message>
        <source>No model is installed that can fill a hole; install the program again.</source>
        <translation>没有安装可填充修复区的模型；请重新安装程序。</translation>
    </message>
    <message>
        <source>No object was found in the box of --object; draw the box closer round it.</source>
        <translation>在 --object 的方框中没有找到物体；请把方框画得更贴近物体。</translation>
    </message>
    <message>
        <source>No object was found there; draw the loop closer round it.</source>
        <translation>那里没有找到物体；请把圈画得更贴近物体。</translation>
    </message>
    <message>
        <source>No photo could be measured. {sentence}</source>
        <translation>没有照片可以测量。{sentence}</translation>
    </message>
    <message>
        <source>No photo matches {name}; check it.</source>
        <translation>没有照片与 {name} 匹配；请检查。</translation>
    </message>
    <message>
        <source>No photo was opened yet</source>
        <translation>尚未打开过照片</translation>
    </message>
    <message>
        <source>No pixel is chosen yet.</source>
        <translation>尚未选择像素。</translation>
    </message>
    <message>
        <source>No published weights are known for &apos;{system}&apos;.</source>
        <translation>没有已知的“{system}”的已发布权重。</translation>
    </message>
    <message>
        <source>No published weights are known for this model.</source>
        <translation>没有已知的此模型的已发布权重。</translation>
    </message>
    <message>
        <source>No suggestion was accepted.</source>
        <translation>没有接受任何建议。</translation>
    </message>
    <message>
        <source>No weights are here yet. Get some that were published, or import files.</source>
        <translation>这里还没有权重。请获取已发布的权重，或导入文件。</translation>
    </message>
    <message>
        <source>No weights come with this copy of the program.</source>
        <translation>此程序副本不附带权重。</translation>
    </message>
    <message>
        <source>No whole patch is known round the hole; its colours were spread instead.</source>
        <translation>修复区周围没有完整的已知图块；改为扩散其颜色。</translation>
    </message>
    <message>
        <source>No whole patch of the photo is left to take detail from.</source>
        <translation>照片中没有完整的图块可供取得细节。</translation>
    </message>
    <message>
        <source>No {what} came.</source>
        <translation>没有得到{what}。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>None of the held-out photos can be read any more; is the folder still there?</source>
        <translation>所有留出照片都已无法读取；文件夹还在吗？</translation>
    </message>
    <message>
        <source>None of the photos can be read any more; is the folder still there?</source>
        <translation>所有照片都已无法读取；文件夹还在吗？</translation>
    </message>
    <message>
        <source>None of the photos in the shards can be read any more; is the folder still there?</source>
        <translation>分片中的所有照片都已无法读取；文件夹还在吗？</translation>
    </message>
    <message>
        <source>None of the {count} label maps in {folder} has the name of a photo, such as {stem}.png.</source>
        <translation>{folder} 中的 {count} 张标签图没有一张与照片同名，例如 {stem}.png。</translation>
    </message>
    <message>
        <source>None of the {count} label maps in {folder} has the name of a photo.</source>
        <translation>{folder} 中的 {count} 张标签图没有一张与照片同名。</translation>
    </message>
    <message numerus="yes">
        <source>None of the {n} photos in it can be used: {reason}</source>
        <translation>
            <numerusform>其中的 {n} 张照片都不能使用：{reason}</numerusform>
        </translation>
    </message>
    <message>
        <source>Not copied from</source>
        <translation>未复制的部分</translation>
    </message>
    <message>
        <source>Not one step of {crops} {time} on {device} ({speed}).</source>
        <translation>{time}在{device}上连一步（{crops}）都完成不了（{speed}）。</translation>
    </message>
    <message>
        <source>Note: {names}</source>
        <translation>注意：{names}</translation>
    </message>
    <message>
        <source>Note: {note}</source>
        <translation>注意：{note}</translation>
    </message>
    <message>
        <source>Note: {sentence}</source>
        <translation>注意：{sentence}</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Nothing can be compiled here ({reason}); the training goes on without.</source>
        <translation>此处无法编译（{reason}）；训练不经编译继续进行。</translation>
    </message>
    <message>
        <source>Nothing can be copied from there: choose a place in what is marked to copy from, or unmark that.</source>
        <translation>无法从那里复制：请在标记为可复制的部分中选择位置，或取消该标记。</translation>
    </message>
    <message>
        <source>Nothing can be copied from there: choose a place inside the photo, away from the hole and from excluded parts.</source>
        <translation>无法从那里复制：请在照片内选择远离修复区和排除区的位置。</translation>
    </message>
    <message>
        <source>Nothing can be written to {folder} ({reason}).</source>
        <translation>无法写入 {folder}（{reason}）。</translation>
    </message>
    <message>
        <source>Nothing can be written to {folder}: {reason}.</source>
        <translation>无法写入 {folder}：{reason}。</translation>
    </message>
    <message>
        <source>Nothing can be written to {report} ({reason}); choose another folder.</source>
        <translation>无法写入 {report}（{reason}）；请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Nothing has arrived; try again later.</source>
        <translation>没有收到任何内容；请稍后再试。</translation>
    </message>
    <message>
        <source>Nothing has that colour; raise the tolerance.</source>
        <translation>没有该颜色的内容；请提高容差。</translation>
    </message>
    <message>
        <source>Nothing is downloaded from the address {url}.</source>
        <translation>不会从地址 {url} 下载任何内容。</translation>
    </message>
    <message>
        <source>Nothing is filled yet.</source>
        <translation>尚未填充任何内容。</translation>
    </message>
    <message>
        <source>Nothing is left to copy from: leave more of the photo free of the hole and of excluded parts.</source>
        <translation>没有可供复制的像素了：请少选一些，让照片多留出一些未被修复区和排除区覆盖的部分。</translation>
    </message>
    <message>
        <source>Nothing is left to fill from: the hole and the excluded parts cover the whole photo.</source>
        <translation>没有可用于填充的内容：修复区和排除区覆盖了整张照片。</translation>
    </message>
    <message>
        <source>Nothing is marked or filled yet; paint a hole, then copy.</source>
        <translation>尚未标记或填充任何内容；请先涂出修复区，再复制。</translation>
    </message>
    <message>
        <source>Nothing is painted here; what is predicted can be painted over.</source>
        <translation>此处没有涂画；预测的内容可以涂盖。</translation>
    </message>
    <message>
        <source>Nothing is started from here, so leave out --from-sha256.</source>
        <translation>此处没有起始权重，请略去 --from-sha256。</translation>
    </message>
    <message>
        <source>Nothing more</source>
        <translation>不再查找</translation>
    </message>
    <message>
        <source>Nothing sharp is known round the hole, so the fill stays soft there.</source>
        <translation>修复区周围没有清晰的内容，因此填充保持柔和。</translation>
    </message>
    <message>
        <source>Nothing was filled here. Press on a coloured part.</source>
        <translation>此处没有填充。请按住有颜色的部分。</translation>
    </message>
    <message>
        <source>Nothing was found when looking for {things}.</source>
        <translation>查找{things}时没有找到任何内容。</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>没有保存任何内容。</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>ONNX needs two packages that are not installed: pip install &apos;inpaint-studio[onnx]&apos;.</source>
        <translation>ONNX 需要两个尚未安装的软件包：pip install &apos;inpaint-studio[onnx]&apos;。</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>物体</translation>
    </message>
    <message>
        <source>Object tool</source>
        <translation>物体工具</translation>
    </message>
    <message>
        <source>Objects are found by {title} ({name}).</source>
        <translation>物体由 {title}（{name}）查找。</translation>
    </message>
    <message>
        <source>Of {deepest} channels (the width, doubled with each halving), &apos;global&apos; can be 2 to {deepest_2}.</source>
        <translation>在 {deepest} 个通道（宽度，每次减半时加倍）中，“global”可为 2 到 {deepest_2}。</translation>
    </message>
    <message>
        <source>Off: the wand marks its colour everywhere in the photo</source>
        <translation>关闭时：魔棒标记照片中各处的该颜色</translation>
    </message>
    <message>
        <source>One pixel of every {step} × {step} has its sources in this page.</source>
        <translation>每 {step} × {step} 个像素中有一个在此页面中列出来源。</translation>
    </message>
    <message>
        <source>One step of {crops} takes {seconds} here on {device}.</source>
        <translation>{crops} 的一步在此 {device} 上需 {seconds}。</translation>
    </message>
    <message>
        <source>Only the first {most_stretches} pieces of guide lines were followed: there are too many.</source>
        <translation>只跟随了引导线的前 {most_stretches} 段：数量太多。</translation>
    </message>
    <message>
        <source>Only what is connected</source>
        <translation>仅限相连部分</translation>
    </message>
    <message>
        <source>Open a photo</source>
        <translation>打开照片</translation>
    </message>
    <message>
        <source>Open page</source>
        <translation>打开页面</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>打开最近的照片</translation>
    </message>
    <message>
        <source>Open the folder of the results</source>
        <translation>打开存放结果的文件夹</translation>
    </message>
    <message>
        <source>Open the folder the chosen set lies in</source>
        <translation>打开所选权重所在的文件夹</translation>
    </message>
    <message>
        <source>Open the image on the clipboard</source>
        <translation>打开剪贴板中的图像</translation>
    </message>
    <message>
        <source>Open the next photo in the folder</source>
        <translation>打开文件夹中的下一张照片</translation>
    </message>
    <message>
        <source>Open the photo as it was, with its steps to undo</source>
        <translation>按原样打开照片，并带有可撤销的步骤</translation>
    </message>
    <message>
        <source>Open the photo before this one in the folder</source>
        <translation>打开文件夹中的上一张照片</translation>
    </message>
    <message>
        <source>Open the project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Open...</source>
        <translation>打开...</translation>
    </message>
    <message>
        <source>OpenRaster project (*.ora)</source>
        <translation>OpenRaster 项目 (*.ora)</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>正在打开 {name}…</translation>
    </message>
    <message>
        <source>Or delete it: inpaint-studio models delete {name}</source>
        <translation>或删除它：inpaint-studio models delete {name}</translation>
    </message>
    <message>
        <source>Or name it with --vgg, or go on without these losses with --without perceptual,style.</source>
        <translation>或用 --vgg 给出它，或用 --without perceptual,style 不用这些损失继续。</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Other photos lost more than {most_lost} dB, so {value:.0%} of the start is mixed in.</source>
        <translation>其他照片的损失超过 {most_lost} dB，因此混入 {value:.0%} 的起始权重。</translation>
    </message>
    <message>
        <source>Other photos lost more than {most_lost} dB. The weights of the start are gone, so none are mixed in.</source>
        <translation>其他照片的损失超过 {most_lost} dB。开始时的权重已不存在，因此没有混入。</translation>
    </message>
    <message>
        <source>Other photos, the samples: {before:.2f} dB before, {after:.2f} dB now ({after_2:+.2f}).</source>
        <translation>其他照片（样例）：之前 {before:.2f} dB，现在 {after:.2f} dB（{after_2:+.2f}）。</translation>
    </message>
    <message>
        <source>Other photos, the samples: {others_before:.1f} dB before, {others:.1f} dB now.</source>
        <translation>其他照片（样例）：之前 {others_before:.1f} dB，现在 {others:.1f} dB。</translation>
    </message>
    <message>
        <source>Others:</source>
        <translation>其他：</translation>
    </message>
    <message>
        <source>Outlined: filled. Dashed: where it came from. {count} for {share} % of the fill.{grey}</source>
        <translation>实线框：已填充。虚线框：其来源。{count}，代表填充的 {share} %。{grey}</translation>
    </message>
    <message>
        <source>Overlays</source>
        <translation>叠加层</translation>
    </message>
    <message>
        <source>Overnight</source>
        <translation>一夜</translation>
    </message>
    <message>
        <source>PNG holds 16 bits a channel, and the photo has floats; save it as TIFF to keep them.</source>
        <translation>PNG 每通道为 16 位，而照片为浮点数；请保存为 TIFF 以保留。</translation>
    </message>
    <message>
        <source>PSNR of the whole image, dB</source>
        <translation>整幅图像的 PSNR，dB</translation>
    </message>
    <message>
        <source>PSNR, dB</source>
        <translation>PSNR，dB</translation>
    </message>
    <message>
        <source>Page to point at (*.html)</source>
        <translation>可指点的网页 (*.html)</translation>
    </message>
    <message>
        <source>Paint labels</source>
        <translation>涂画标签</translation>
    </message>
    <message>
        <source>Paint the class with the brush</source>
        <translation>用画笔涂画类别</translation>
    </message>
    <message>
        <source>Paint the classes of a label map from a file</source>
        <translation>按文件中的标签图涂上类别</translation>
    </message>
    <message>
        <source>Paint what should be where, by class; Shift+click draws a straight line, Alt picks a class, the right button erases</source>
        <translation>按类别涂画各处应是什么；Shift+单击画直线，Alt 拾取类别，右键擦除</translation>
    </message>
    <message>
        <source>Paint what should be where; Alt picks a class, the right button erases. Enter fills.</source>
        <translation>涂画各处应是什么；Alt 拾取类别，右键擦除。按回车键 填充。</translation>
    </message>
    <message>
        <source>Paint {name} (number {number}).</source>
        <translation>涂画 {name}（编号 {number}）。</translation>
    </message>
    <message>
        <source>Painted: {name}.</source>
        <translation>涂画：{name}。</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>论文</translation>
    </message>
    <message>
        <source>Papers</source>
        <translation>论文</translation>
    </message>
    <message>
        <source>Papers and here</source>
        <translation>论文与此处</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Parts of this window</source>
        <translation>此窗口的部分</translation>
    </message>
    <message>
        <source>Paste as new photo</source>
        <translation>粘贴为新照片</translation>
    </message>
    <message>
        <source>Pasted as a new photo.</source>
        <translation>已粘贴为新照片。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>Pattern of the hole</source>
        <translation>修复区的图案</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause it, so that other programs get the whole computer</source>
        <translation>暂停，使其他程序可使用整台计算机</translation>
    </message>
    <message>
        <source>Paused at step {step}.</source>
        <translation>已在第 {step} 步暂停。</translation>
    </message>
    <message>
        <source>Pausing: the step under way is ended first.</source>
        <translation>正在暂停：先完成当前步骤。</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>正在暂停…</translation>
    </message>
    <message>
        <source>Peak signal to noise ratio of the hole&apos;s pixels; more is better.</source>
        <translation>修复区像素的峰值信噪比；越大越好。</translation>
    </message>
    <message>
        <source>Pen&apos;s eraser</source>
        <translation>压感笔的橡皮端</translation>
    </message>
    <message>
        <source>Perceptual distance of the whole images (AlexNet); less is better.</source>
        <translation>整幅图像的感知距离（AlexNet）；越小越好。</translation>
    </message>
    <message>
        <source>Phase {number} of {count}: {name}{until}.</source>
        <translation>阶段 {number}，共 {count} 个：{name}{until}。</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Photo and mask are each the name of a file or an array of numpy; this one is {kind}.</source>
        <translation>照片和遮罩各为文件名或 numpy 数组；此处为 {kind}。</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Photos and projects ({suffixes})</source>
        <translation>照片和项目 ({suffixes})</translation>
    </message>
    <message>
        <source>Photos kept back</source>
        <translation>留出照片</translation>
    </message>
    <message>
        <source>Photos of the batch</source>
        <translation>批处理的照片</translation>
    </message>
    <message>
        <source>Photos opened lately, one a line, the newest first</source>
        <translation>最近打开的照片，每行一张，最新的在前</translation>
    </message>
    <message>
        <source>Picture of how much each place counts</source>
        <translation>各处所占分量的图像</translation>
    </message>
    <message>
        <source>Pictures within the metadata showed the old photo and are not in the saved file.</source>
        <translation>元数据中的图片显示的是原照片，未写入保存的文件。</translation>
    </message>
    <message>
        <source>Pixel {x}, {y}</source>
        <translation>像素 {x}, {y}</translation>
    </message>
    <message>
        <source>Pixel {x}, {y} (held)</source>
        <translation>像素 {x}, {y}（已固定）</translation>
    </message>
    <message>
        <source>Pixels added round what wand, Object, magnetic lasso and mask files mark</source>
        <translation>在魔棒、物体、磁性套索和遮罩文件的标记周围增加的像素</translation>
    </message>
    <message>
        <source>Pixels by which the hole grows, shrinks or is feathered</source>
        <translation>修复区扩展、收缩或羽化的像素数</translation>
    </message>
    <message>
        <source>Point at a filled pixel to see its source. Press on it, then drag the source to move it.</source>
        <translation>指向填充的像素可查看其来源。按住它，再拖动来源即可移动。</translation>
    </message>
    <message numerus="yes">
        <source>Point at the fill to see its sources. Click or tap to hold them. Arrow keys move by {n} pixels, with Shift by ten times as much; Esc lets go.</source>
        <translation>
            <numerusform>指向填充部分可查看其来源。单击或轻点可固定。方向键移动 {n} 个像素，按住 Shift 移动十倍；Esc 取消固定。</numerusform>
        </translation>
    </message>
    <message>
        <source>Point at the photo to see what is there.</source>
        <translation>指向照片可查看该处的类别。</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Predict edges</source>
        <translation>预测边缘</translation>
    </message>
    <message>
        <source>Predict labels</source>
        <translation>预测标签</translation>
    </message>
    <message>
        <source>Predict {what}</source>
        <translation>预测{what}</translation>
    </message>
    <message>
        <source>Predicted: {name}.</source>
        <translation>预测：{name}。</translation>
    </message>
    <message>
        <source>Predicting {what}…</source>
        <translation>正在预测{what}…</translation>
    </message>
    <message>
        <source>Predicts a map of what is where, which you can repaint, and draws the image along it.</source>
        <translation>预测可由您涂改的内容分布图，并据此绘制图像。</translation>
    </message>
    <message>
        <source>Predicts classes, which you can correct, and draws texture within each class.</source>
        <translation>预测可由您修改的类别，并在每个类别内绘制纹理。</translation>
    </message>
    <message>
        <source>Preparing the exemplar filler</source>
        <translation>正在准备样例填充器</translation>
    </message>
    <message>
        <source>Preparing the filler…</source>
        <translation>正在准备填充器…</translation>
    </message>
    <message>
        <source>Press on a filled part to see its source; drag round some pixels to choose the part yourself.</source>
        <translation>按住填充的部分可查看其来源；围绕一些像素拖动可自行选择该部分。</translation>
    </message>
    <message>
        <source>Press on a filled part, then drag its source to where it should come from</source>
        <translation>按住填充的部分，然后把其来源拖到应取自的位置</translation>
    </message>
    <message>
        <source>Press the new key here</source>
        <translation>在此按新的快捷键</translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation>压力决定大小</translation>
    </message>
    <message>
        <source>Previous area</source>
        <translation>上一个区域</translation>
    </message>
    <message>
        <source>Previous candidate</source>
        <translation>上一个候选</translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation>上一张照片</translation>
    </message>
    <message>
        <source>Previous sampling shape</source>
        <translation>上一种取样形状</translation>
    </message>
    <message>
        <source>Previous suggestion</source>
        <translation>上一个建议</translation>
    </message>
    <message>
        <source>Processes that fill beside each other; each needs memory for a photo and its model</source>
        <translation>同时填充的进程数；每个进程都需要存放照片及其模型的内存</translation>
    </message>
    <message>
        <source>Processes that load photos</source>
        <translation>加载照片的进程数</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Progress of the batch</source>
        <translation>批处理的进度</translation>
    </message>
    <message>
        <source>Progress of the fine-tuning</source>
        <translation>微调的进度</translation>
    </message>
    <message>
        <source>Progress of the weights</source>
        <translation>权重的进度</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>已发布</translation>
    </message>
    <message>
        <source>Published table</source>
        <translation>已发布的表格</translation>
    </message>
    <message>
        <source>Published weights</source>
        <translation>已发布的权重</translation>
    </message>
    <message>
        <source>PySide6 is not installed</source>
        <translation>未安装 PySide6</translation>
    </message>
    <message>
        <source>PyTorch</source>
        <translation>PyTorch</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Qt cannot show a window by &apos;{platform}&apos;, which QT_QPA_PLATFORM asks for; unset it and start again.</source>
        <translation>Qt 无法通过 QT_QPA_PLATFORM 指定的“{platform}”显示窗口；请取消该变量后重新启动。</translation>
    </message>
    <message>
        <source>Qt cannot show a window on this machine; &apos;inpaint-studio doctor&apos; says what it lacks.</source>
        <translation>Qt 无法在这台计算机上显示窗口；“inpaint-studio doctor”会说明缺少什么。</translation>
    </message>
    <message>
        <source>Qt does not start on this machine: {reason}.</source>
        <translation>Qt 无法在本机启动：{reason}。</translation>
    </message>
    <message>
        <source>Qt finds all of its system libraries</source>
        <translation>Qt 找到了所需的全部系统库</translation>
    </message>
    <message>
        <source>Qt lacks {names} for its window; install them with your system&apos;s package manager.</source>
        <translation>Qt 的窗口缺少 {names}；请用系统的软件包管理器安装。</translation>
    </message>
    <message>
        <source>Qt lacks {names} for its window; install them with: {command}.</source>
        <translation>Qt 的窗口缺少 {names}；请这样安装：{command}。</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Quick, a little less careful</source>
        <translation>较快，稍欠精细</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Random walk</source>
        <translation>随机游走</translation>
    </message>
    <message>
        <source>Random walk inside</source>
        <translation>随机游走（不触边）</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>正在读取 {name}</translation>
    </message>
    <message>
        <source>Reading {title}</source>
        <translation>正在读取 {title}</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Recommended:</source>
        <translation>推荐：</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Redo {step}</source>
        <translation>重做：{step}</translation>
    </message>
    <message>
        <source>Redraws holes of any form from their surroundings; smooth, and fast for its size.</source>
        <translation>根据周围内容重绘任意形状的修复区；平滑，就其大小而言很快。</translation>
    </message>
    <message>
        <source>Redraws large holes from near and far surroundings at once; for large images.</source>
        <translation>同时根据远近周围内容重绘大片修复区；适合大图像。</translation>
    </message>
    <message>
        <source>Redraws large holes with Fourier convolutions; good at what repeats.</source>
        <translation>用傅里叶卷积重绘大片修复区；擅长重复的内容。</translation>
    </message>
    <message>
        <source>Redraws the hole from a wide view of the scene; soft in detail.</source>
        <translation>根据场景的大范围内容重绘修复区；细节柔和。</translation>
    </message>
    <message>
        <source>Redraws the hole with a small, fast generator at a fixed size; for all kinds of holes.</source>
        <translation>用固定大小的小型快速生成器重绘修复区；适合各种修复区。</translation>
    </message>
    <message>
        <source>Redraws the hole with features of the known part; shows where they are from.</source>
        <translation>用已知部分的特征重绘修复区；显示它们的来源。</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Replace the file</source>
        <translation>替换文件</translation>
    </message>
    <message>
        <source>Replace {name}, or save under another name?</source>
        <translation>要替换 {name}，还是以另一个名称保存？</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Report of a fault</source>
        <translation>错误报告</translation>
    </message>
    <message>
        <source>Report: {report}</source>
        <translation>报告：{report}</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Returns</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>Right button</source>
        <translation>右键</translation>
    </message>
    <message>
        <source>Running ONNX files needs ONNX Runtime; the same network as a .pt file needs nothing more.</source>
        <translation>运行 ONNX 文件需要 ONNX Runtime；同一网络的 .pt 文件则无需其他组件。</translation>
    </message>
    <message>
        <source>Running networks from ONNX files needs ONNX Runtime: pip install &apos;inpaint-studio[segment]&apos;.</source>
        <translation>运行 ONNX 文件中的网络需要 ONNX Runtime：pip install &apos;inpaint-studio[segment]&apos;。</translation>
    </message>
    <message>
        <source>SLURM started {tasks} tasks unevenly on {machines} machines; use --ntasks-per-node.</source>
        <translation>SLURM 在 {machines} 台机器上不均匀地启动了 {tasks} 个任务；请使用 --ntasks-per-node。</translation>
    </message>
    <message>
        <source>SPADE blocks at a quarter of the size; a choice of ours</source>
        <translation>四分之一尺寸处的 SPADE 块；我们的选择</translation>
    </message>
    <message>
        <source>Sample only from places marked “Do not sample here”, and the other way round</source>
        <translation>仅从标记为“不从此处取样”的位置取样，反之亦然</translation>
    </message>
    <message>
        <source>Sample only here</source>
        <translation>仅从此处取样</translation>
    </message>
    <message>
        <source>Sample photos</source>
        <translation>样例照片</translation>
    </message>
    <message>
        <source>Sample size</source>
        <translation>取样大小</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Save as...</source>
        <translation>另存为...</translation>
    </message>
    <message>
        <source>Save the best weights so far</source>
        <translation>保存目前最好的权重</translation>
    </message>
    <message>
        <source>Save the changes to {name}?</source>
        <translation>要保存对 {name} 的更改吗？</translation>
    </message>
    <message>
        <source>Save the chosen set for other programs</source>
        <translation>把所选权重保存给其他程序使用</translation>
    </message>
    <message>
        <source>Save the hole as a mask, white inside</source>
        <translation>把修复区保存为遮罩，区内为白色</translation>
    </message>
    <message>
        <source>Save the labels as a label map with the names of the classes</source>
        <translation>把标签保存为带类别名称的标签图</translation>
    </message>
    <message>
        <source>Save the photo</source>
        <translation>保存照片</translation>
    </message>
    <message>
        <source>Save the photo as it was opened and as it is now, as two files</source>
        <translation>把打开时的照片和现在的照片保存为两个文件</translation>
    </message>
    <message>
        <source>Save the photo under another name</source>
        <translation>以另一个名称保存照片</translation>
    </message>
    <message>
        <source>Save the weights for other programs</source>
        <translation>把权重保存给其他程序使用</translation>
    </message>
    <message>
        <source>Save where the fill came from: as an image, a page to point at, a figure with arrows, or numbers</source>
        <translation>保存填充内容的来源：图像、可指点查看的网页、带箭头的图示或数值</translation>
    </message>
    <message>
        <source>Saved as &apos;{name}&apos;: {path}</source>
        <translation>已保存为“{name}”：{path}</translation>
    </message>
    <message>
        <source>Saved {before} and {after}.</source>
        <translation>已保存 {before} 和 {after}。</translation>
    </message>
    <message>
        <source>Saved {name} without {marks}, which a picture cannot hold.</source>
        <translation>已保存 {name}，但不含{marks}，图片无法保存这些内容。</translation>
    </message>
    <message>
        <source>Saved {name}.</source>
        <translation>已保存 {name}。</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Saving the weights</source>
        <translation>正在保存权重</translation>
    </message>
    <message>
        <source>Saving {name}…</source>
        <translation>正在保存 {name}…</translation>
    </message>
    <message>
        <source>Say how long each training is, with --steps or --minutes.</source>
        <translation>请用 --steps 或 --minutes 说明每次训练的长度。</translation>
    </message>
    <message>
        <source>Seam</source>
        <translation>接缝</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>See the licence of {title}&apos;s weights in the Model panel first, and press “Use it”.</source>
        <translation>请先在模型面板中查看 {title} 权重的许可，然后按“使用”。</translation>
    </message>
    <message>
        <source>See the weights published for the chosen network, or for all, and download them</source>
        <translation>查看所选网络或全部网络已发布的权重并下载</translation>
    </message>
    <message>
        <source>See what the authors published, and get it</source>
        <translation>查看作者发布的权重并获取</translation>
    </message>
    <message>
        <source>See what was published for all networks, and download it</source>
        <translation>查看所有网络已发布的权重并下载</translation>
    </message>
    <message>
        <source>See, rename and delete the weights on this computer</source>
        <translation>查看、重命名和删除本机上的权重</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>权重组</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings of the recipe: NAME=VALUE NAME=VALUE</source>
        <translation>训练方案的设置：NAME=VALUE NAME=VALUE</translation>
    </message>
    <message>
        <source>Settings...</source>
        <translation>设置...</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Sharpness</source>
        <translation>清晰度</translation>
    </message>
    <message>
        <source>Shift+Tab leaves the photo</source>
        <translation>Shift+Tab 离开照片</translation>
    </message>
    <message>
        <source>Shift+click</source>
        <translation>Shift+单击</translation>
    </message>
    <message>
        <source>Shipped</source>
        <translation>随附</translation>
    </message>
    <message>
        <source>Show each pixel of the photo as one pixel of the screen</source>
        <translation>照片的每个像素显示为屏幕的一个像素</translation>
    </message>
    <message>
        <source>Show every key</source>
        <translation>显示全部快捷键</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Show now</source>
        <translation>立即显示</translation>
    </message>
    <message>
        <source>Show or fold away the panels</source>
        <translation>显示或收起面板</translation>
    </message>
    <message>
        <source>Show or hide more options of the fill</source>
        <translation>显示或隐藏填充的更多选项</translation>
    </message>
    <message>
        <source>Show report</source>
        <translation>显示报告</translation>
    </message>
    <message>
        <source>Show the classes that are painted and predicted, or those that the last fill followed</source>
        <translation>显示涂画和预测的类别，或上次填充所依据的类别</translation>
    </message>
    <message>
        <source>Show the edges in the hole; the brush draws them and the right button erases</source>
        <translation>显示修复区内的边缘；用画笔绘制，右键擦除</translation>
    </message>
    <message>
        <source>Show the fill after this one</source>
        <translation>显示后一次填充</translation>
    </message>
    <message>
        <source>Show the fill before this one</source>
        <translation>显示前一次填充</translation>
    </message>
    <message>
        <source>Show the fine-tuning &apos;{name}&apos;: {text}</source>
        <translation>显示微调“{name}”：{text}</translation>
    </message>
    <message>
        <source>Show the image from the network&apos;s first stage instead of the fill</source>
        <translation>显示网络第一阶段的图像，而不是填充结果</translation>
    </message>
    <message>
        <source>Show the original</source>
        <translation>显示原图</translation>
    </message>
    <message>
        <source>Show the panel column</source>
        <translation>显示面板栏</translation>
    </message>
    <message>
        <source>Show the photo alone, without hole, lines, areas, labels and marks, until you draw or press it again</source>
        <translation>只显示照片，不显示修复区、线、区域、标签和标记，直到您绘制或再按一次</translation>
    </message>
    <message>
        <source>Show the photo larger</source>
        <translation>把照片显示得更大</translation>
    </message>
    <message>
        <source>Show the photo smaller</source>
        <translation>把照片显示得更小</translation>
    </message>
    <message>
        <source>Show the suggestion after this one</source>
        <translation>显示后一个建议</translation>
    </message>
    <message>
        <source>Show the suggestion before this one</source>
        <translation>显示前一个建议</translation>
    </message>
    <message>
        <source>Show the whole photo</source>
        <translation>显示整张照片</translation>
    </message>
    <message>
        <source>Show two candidates side by side, with a split to drag</source>
        <translation>并排显示两个候选，可拖动分界线</translation>
    </message>
    <message>
        <source>Show what happened, as a text without names of files</source>
        <translation>以文字显示发生了什么，不含文件名</translation>
    </message>
    <message>
        <source>Show where every filled pixel came from</source>
        <translation>显示每个填充像素的来源</translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation>收缩</translation>
    </message>
    <message>
        <source>Shrink the hole</source>
        <translation>收缩修复区</translation>
    </message>
    <message>
        <source>Side of the square crops; automatic: that of the weights, or as in the paper</source>
        <translation>正方形裁块的边长；自动：与权重相同，或按论文</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Single keys do not act while a number is being typed. Shift+Tab leaves the photo.</source>
        <translation>输入数字时单键不起作用。Shift+Tab 离开照片。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Size of texts and buttons</source>
        <translation>文字和按钮的大小</translation>
    </message>
    <message>
        <source>Size of the photo</source>
        <translation>照片的大小</translation>
    </message>
    <message>
        <source>Size the brush</source>
        <translation>调整画笔大小</translation>
    </message>
    <message>
        <source>Sizes of brush and eraser in photos opened lately, by the photo&apos;s size</source>
        <translation>最近打开的照片中画笔和橡皮擦的大小，按照片大小分别记录</translation>
    </message>
    <message>
        <source>Skip photos that are done</source>
        <translation>跳过已完成的照片</translation>
    </message>
    <message>
        <source>Slightly better</source>
        <translation>略有提高</translation>
    </message>
    <message>
        <source>Small text and date stamps</source>
        <translation>小字和日期印记</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>减小画笔</translation>
    </message>
    <message>
        <source>Soften the brush&apos;s edge</source>
        <translation>使画笔边缘更柔和</translation>
    </message>
    <message>
        <source>Softer brush</source>
        <translation>降低画笔硬度</translation>
    </message>
    <message>
        <source>Some more can only be downloaded with a browser; &apos;inpaint-studio models info MODEL&apos; shows all of them.</source>
        <translation>还有一些只能用浏览器下载；“inpaint-studio models info MODEL”显示全部。</translation>
    </message>
    <message>
        <source>Some of the photo&apos;s metadata cannot be kept when its pixels change, or is too long.</source>
        <translation>照片的部分元数据在像素改变后无法保留，或太长。</translation>
    </message>
    <message>
        <source>Some photos could not be read any more; others were used in their places.</source>
        <translation>有些照片已无法读取；改用了其他照片。</translation>
    </message>
    <message>
        <source>Space held</source>
        <translation>按住空格键</translation>
    </message>
    <message>
        <source>Spread from</source>
        <translation>扩散自</translation>
    </message>
    <message>
        <source>Spreads the colours of the rim; for scratches and other thin holes.</source>
        <translation>扩散边沿的颜色；适合划痕和其他细小的修复区。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Start fills as usual</source>
        <translation>照常开始填充</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>起始于</translation>
    </message>
    <message>
        <source>Start of the fill</source>
        <translation>填充的起点</translation>
    </message>
    <message>
        <source>Start the batch</source>
        <translation>开始批处理</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>不关闭</translation>
    </message>
    <message>
        <source>Step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>第 {step} 步，共 {steps} 步</translation>
    </message>
    <message>
        <source>Step {step}: {figures}.</source>
        <translation>第 {step} 步：{figures}。</translation>
    </message>
    <message>
        <source>Step {step}: {text}</source>
        <translation>第 {step} 步：{text}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop now</source>
        <translation>立即停止</translation>
    </message>
    <message>
        <source>Stop the batch?</source>
        <translation>停止批处理？</translation>
    </message>
    <message>
        <source>Stop the fine-tuning &apos;{name}&apos;?</source>
        <translation>要停止微调“{name}”吗？</translation>
    </message>
    <message>
        <source>Stop the import</source>
        <translation>停止导入</translation>
    </message>
    <message>
        <source>Stop what is under way</source>
        <translation>停止正在进行的操作</translation>
    </message>
    <message>
        <source>Stop, and go on later; the program can be closed meanwhile</source>
        <translation>停止，以后再继续；其间可以关闭程序</translation>
    </message>
    <message>
        <source>Stop; the photo stays as it is</source>
        <translation>停止；照片保持不变</translation>
    </message>
    <message>
        <source>Stop; the photo stays as it is (Esc)</source>
        <translation>停止；照片保持不变 (Esc)</translation>
    </message>
    <message>
        <source>Stop; what a download has fetched is kept for the next time</source>
        <translation>停止；已下载的部分保留到下次</translation>
    </message>
    <message>
        <source>Stop; what is done stays</source>
        <translation>停止；已完成的保留</translation>
    </message>
    <message>
        <source>Stopped looking.</source>
        <translation>已停止查找。</translation>
    </message>
    <message>
        <source>Stopped, it keeps the photos that are filled. Left running, it goes on in its own window.</source>
        <translation>停止后，已填充的照片会保留。让它继续运行时，它在自己的窗口中进行。</translation>
    </message>
    <message>
        <source>Stopped, its best weights are kept. Left running, the next start finds it again.</source>
        <translation>停止时保留其最好的权重。让它继续运行时，下次启动会找到它。</translation>
    </message>
    <message>
        <source>Stopped. The same command with --resume goes on with what is in {report}.</source>
        <translation>已停止。同一命令加上 --resume 可从 {report} 中的内容继续。</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Stopping the batch…</source>
        <translation>正在停止批处理…</translation>
    </message>
    <message>
        <source>Stopping the fine-tuning…</source>
        <translation>正在停止微调…</translation>
    </message>
    <message>
        <source>Stopping: the last steps are measured, the best weights are kept. Stop again to leave that out.</source>
        <translation>正在停止：测量最后几步，保留最好的权重。再按一次停止可略过测量。</translation>
    </message>
    <message>
        <source>Structural similarity, its map averaged over the hole; 1 is equal.</source>
        <translation>结构相似度，其分布图在修复区内取平均；1 为相同。</translation>
    </message>
    <message>
        <source>Suggest</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Suggestions accepted: {number}.</source>
        <translation>已接受的建议：{number}。</translation>
    </message>
    <message>
        <source>Swap the sampling areas</source>
        <translation>互换取样区</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>TV to truth</source>
        <translation>TV 与真值之比</translation>
    </message>
    <message>
        <source>Tab held</source>
        <translation>按住 Tab</translation>
    </message>
    <message>
        <source>Take back the last step</source>
        <translation>撤回上一步</translation>
    </message>
    <message>
        <source>Take it</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Take the key from the action that has it</source>
        <translation>从占用该快捷键的操作取来</translation>
    </message>
    <message>
        <source>Texture alone</source>
        <translation>只有纹理</translation>
    </message>
    <message>
        <source>That ablation began with another value of &apos;{title}&apos; ({text}, now {text_2}); go on with the same one, or choose another folder.</source>
        <translation>该消融实验开始时“{title}”为另一个值（{text}，现为 {text_2}）；请用相同的值继续，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>That is larger than any checkpoint that is known here; it is not imported.</source>
        <translation>这大于此处已知的任何检查点；未导入。</translation>
    </message>
    <message>
        <source>That place is too near to the part itself; choose one farther away.</source>
        <translation>该位置离此部分本身太近；请选择更远的位置。</translation>
    </message>
    <message>
        <source>That step divided by the true photo&apos;s; 1 is like it.</source>
        <translation>该变化除以真实照片的变化；1 为相同。</translation>
    </message>
    <message>
        <source>That training has</source>
        <translation>该训练为</translation>
    </message>
    <message>
        <source>That training was started with another model ({name}, now {name_2}); resume it with the same one, or start again.</source>
        <translation>该训练开始时使用另一个模型（{name}，现为 {name_2}）；请用相同的模型继续，或重新开始。</translation>
    </message>
    <message>
        <source>That training was started with {what}{detail}; resume it with the same {same}, or start again.</source>
        <translation>该训练开始时使用{what}{detail}；请用相同的 {same} 继续，或重新开始。</translation>
    </message>
    <message>
        <source>The ONNX files have the inputs of {title}, but give no masks.</source>
        <translation>这些 ONNX 文件的输入与 {title} 相同，但不给出遮罩。</translation>
    </message>
    <message>
        <source>The Suggest menu accepts and refuses.</source>
        <translation>“建议”菜单可接受和拒绝。</translation>
    </message>
    <message>
        <source>The amount of colour adaptation lies between 0 and 100 percent.</source>
        <translation>颜色适应的程度须在 0 % 到 100 % 之间。</translation>
    </message>
    <message>
        <source>The answer could not be written: {reason}.</source>
        <translation>无法写出答复：{reason}。</translation>
    </message>
    <message>
        <source>The archive does not hold {member}; its publisher must have changed it.</source>
        <translation>归档中没有 {member}；其发布者一定更改了它。</translation>
    </message>
    <message>
        <source>The attention is chosen twice, by --attention and by --config; leave out the second.</source>
        <translation>注意力选择了两次，用 --attention 和 --config；请略去后者。</translation>
    </message>
    <message>
        <source>The box of --object lies beside the photo, which is {size} x {size_2} pixels; its numbers are X,Y,W,H.</source>
        <translation>--object 的方框在照片之外，照片为 {size} x {size_2} 像素；其数值为 X,Y,W,H。</translation>
    </message>
    <message>
        <source>The built-in fillers compute on the processor</source>
        <translation>内置填充器在处理器上计算</translation>
    </message>
    <message>
        <source>The buttons and keys change the part under the pointer, or the one it was on last</source>
        <translation>按钮和快捷键更改指针下的部分，或指针上次所在的部分</translation>
    </message>
    <message>
        <source>The buttons and keys change the whole hole</source>
        <translation>按钮和快捷键更改整个修复区</translation>
    </message>
    <message>
        <source>The channels that count most, of {count}:</source>
        <translation>最重要的通道（共 {count} 个）：</translation>
    </message>
    <message>
        <source>The checkpoint could not be saved ({reason}); the training continues without it.</source>
        <translation>检查点未能保存（{reason}）；训练不保存它继续进行。</translation>
    </message>
    <message>
        <source>The checkpoint in {path} is damaged and cannot be resumed; start the training again.</source>
        <translation>{path} 中的检查点已损坏，无法继续；请重新开始训练。</translation>
    </message>
    <message>
        <source>The choice is automatic now.</source>
        <translation>现在改为自动选择。</translation>
    </message>
    <message>
        <source>The chosen model does not copy pieces</source>
        <translation>所选模型不复制图块</translation>
    </message>
    <message>
        <source>The chosen model does not copy pieces; this counts only where you move a source</source>
        <translation>所选模型不复制图块；此项仅在移动来源时有效</translation>
    </message>
    <message>
        <source>The compiled kernels in {folder} cannot be loaded; install the program again.</source>
        <translation>无法加载 {folder} 中已编译的内核；请重新安装本程序。</translation>
    </message>
    <message>
        <source>The connection to {host} ended early.</source>
        <translation>与 {host} 的连接提前结束。</translation>
    </message>
    <message>
        <source>The connection to {host} is not safe ({verify_message}).</source>
        <translation>与 {host} 的连接不安全（{verify_message}）。</translation>
    </message>
    <message>
        <source>The content credentials of the old photo no longer hold and are not in the saved file.</source>
        <translation>原照片的内容凭证不再有效，未写入保存的文件。</translation>
    </message>
    <message>
        <source>The content of photo, mask and result decides, not their time</source>
        <translation>以照片、遮罩和结果的内容为准，而不是时间</translation>
    </message>
    <message>
        <source>The context encoder fills only the middle of its image (a quarter of its area), and this hole reaches beyond; choose another model, or a smaller hole.</source>
        <translation>Context Encoder 只填充图像的正中（面积的四分之一），而此修复区超出了该范围；请选择另一个模型或更小的修复区。</translation>
    </message>
    <message>
        <source>The context encoder takes only an image of {size} x {size} px.</source>
        <translation>Context Encoder 只接受 {size} x {size} 像素的图像。</translation>
    </message>
    <message>
        <source>The default fill starts as usual again.</source>
        <translation>默认填充又照常开始。</translation>
    </message>
    <message>
        <source>The default fill starts from the picture of &apos;{saved}&apos; now; it still copies.</source>
        <translation>默认填充现在从“{saved}”的图像开始，仍然进行复制。</translation>
    </message>
    <message>
        <source>The default is used for a value in the settings file: {reason}</source>
        <translation>设置文件中的一个值改用默认值：{reason}</translation>
    </message>
    <message>
        <source>The device &apos;{name}&apos; is not available: {reason}.</source>
        <translation>设备“{name}”不可用：{reason}。</translation>
    </message>
    <message>
        <source>The devices are being looked up</source>
        <translation>正在查找设备</translation>
    </message>
    <message>
        <source>The discriminators could not be saved as {name}: {explain_write_error}.</source>
        <translation>判别器未能保存为 {name}：{explain_write_error}。</translation>
    </message>
    <message>
        <source>The discriminators of &apos;{name}&apos; are damaged.</source>
        <translation>“{name}”的判别器已损坏。</translation>
    </message>
    <message>
        <source>The discriminators of &apos;{name}&apos; are not beside it.</source>
        <translation>“{name}”的判别器不在其旁。</translation>
    </message>
    <message>
        <source>The discriminators of &apos;{name}&apos; could not be kept ({explain_write_error}); it fills without.</source>
        <translation>“{name}”的判别器未能保留（{explain_write_error}）；没有它们也能填充。</translation>
    </message>
    <message>
        <source>The edges</source>
        <translation>边缘</translation>
    </message>
    <message>
        <source>The entries of its memory that count most, of {count}:</source>
        <translation>其记忆中最重要的条目（共 {count} 个）：</translation>
    </message>
    <message>
        <source>The excluded parts</source>
        <translation>排除区</translation>
    </message>
    <message>
        <source>The figures were not kept in {name}: {explain_write_error}.</source>
        <translation>数据未能保留在 {name} 中：{explain_write_error}。</translation>
    </message>
    <message>
        <source>The file as it was is kept as {name}.</source>
        <translation>原文件已保留为 {name}。</translation>
    </message>
    <message>
        <source>The file has further channels beside its colours; they are not saved.</source>
        <translation>文件除颜色外还有其他通道；不会保存。</translation>
    </message>
    <message>
        <source>The file has more than 8 bits a channel; it is saved with 8.</source>
        <translation>文件每通道多于 8 位；以 8 位保存。</translation>
    </message>
    <message>
        <source>The file has the keys of {title}, but no such network can be built.</source>
        <translation>文件含有 {title} 的键，但无法构建这样的网络。</translation>
    </message>
    <message>
        <source>The file has the keys of {title}, but their values cannot be used.</source>
        <translation>文件含有 {title} 的键，但其数值无法使用。</translation>
    </message>
    <message>
        <source>The file holds a map that brightens the photo on HDR screens; it is not saved.</source>
        <translation>文件含有在 HDR 屏幕上提亮照片的增益图；不会保存。</translation>
    </message>
    <message>
        <source>The file holds a short video beside the photo; it is not saved.</source>
        <translation>文件除照片外还含有一段短视频；不会保存。</translation>
    </message>
    <message>
        <source>The file holds layers; only the picture of all of them is opened and saved.</source>
        <translation>文件含有图层；只打开并保存合成的图片。</translation>
    </message>
    <message>
        <source>The file holds several pages; only the first is saved.</source>
        <translation>文件含有多页；只保存第一页。</translation>
    </message>
    <message>
        <source>The file holds several pages; the first is opened, and a saved TIFF keeps the others.</source>
        <translation>文件含有多页；打开的是第一页，保存为 TIFF 时保留其他各页。</translation>
    </message>
    <message>
        <source>The file holds several pictures; only the first is opened and saved.</source>
        <translation>文件含有多张图片；只打开并保存第一张。</translation>
    </message>
    <message>
        <source>The file holds {elements} numbers, more than any network here; it is not imported.</source>
        <translation>文件含有 {elements} 个数，多于此处的任何网络；未导入。</translation>
    </message>
    <message>
        <source>The file is an animation; only the first of its pictures is opened and saved.</source>
        <translation>文件是动画；只打开并保存其第一张图片。</translation>
    </message>
    <message>
        <source>The file is {format} by its content and {other} by its name; saved, it becomes a {other} file.</source>
        <translation>文件的内容是 {format}，名称却是 {other}；保存后成为 {other} 文件。</translation>
    </message>
    <message>
        <source>The file that arrived as {name} is not the published one, and was deleted: its {kind} {start} {found}, not {expected}.</source>
        <translation>收到的 {name} 不是已发布的文件，已删除：其 {kind} {start} {found}，而不是 {expected}。</translation>
    </message>
    <message>
        <source>The file&apos;s colours are Lab; it is saved as RGB.</source>
        <translation>文件的颜色为 Lab；保存为 RGB。</translation>
    </message>
    <message>
        <source>The files are {what}, but do not belong together: they come from networks of different make.</source>
        <translation>这些文件是 {what}，但不属于同一组：它们来自不同构造的网络。</translation>
    </message>
    <message>
        <source>The fill started from the rim of the hole, without {title}. {reason}</source>
        <translation>填充从修复区的边沿开始，没有使用 {title}。{reason}</translation>
    </message>
    <message>
        <source>The fill was drawn at {max} % of the photo&apos;s size</source>
        <translation>填充以照片大小的 {max} % 绘制</translation>
    </message>
    <message>
        <source>The filled part is saved in black and white, as the photo is.</source>
        <translation>填充部分与照片一样以黑白保存。</translation>
    </message>
    <message numerus="yes">
        <source>The filled part is saved in the {n} colours of the photo&apos;s palette.</source>
        <translation>
            <numerusform>填充部分以照片调色板的 {n} 种颜色保存。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The filled part is saved in the {n} greys of the photo.</source>
        <translation>
            <numerusform>填充部分以照片的 {n} 级灰度保存。</numerusform>
        </translation>
    </message>
    <message>
        <source>The filled photo</source>
        <translation>填充后的照片</translation>
    </message>
    <message>
        <source>The fine-tuned model &apos;{saved}&apos; is ready. Until you use it, fills are made as before.</source>
        <translation>微调后的模型“{saved}”已就绪。在您使用它之前，填充照旧。</translation>
    </message>
    <message>
        <source>The fine-tuning &apos;{name}&apos; went on meanwhile.</source>
        <translation>微调“{name}”在此期间继续进行。</translation>
    </message>
    <message>
        <source>The fine-tuning of {model} broke off</source>
        <translation>{model} 的微调中断</translation>
    </message>
    <message>
        <source>The fine-tuning of {model} could not begin</source>
        <translation>{model} 的微调无法开始</translation>
    </message>
    <message>
        <source>The fine-tuning of {model} ended</source>
        <translation>{model} 的微调已结束</translation>
    </message>
    <message>
        <source>The fine-tuning of {model} ended without a gain</source>
        <translation>{model} 的微调已结束，没有提高</translation>
    </message>
    <message>
        <source>The folder holds WebDataset shards, which the library webdataset reads; install it with: pip install &apos;inpaint-studio[cluster]&apos;</source>
        <translation>该文件夹存放 WebDataset 分片，由 webdataset 库读取；安装命令：pip install &apos;inpaint-studio[cluster]&apos;</translation>
    </message>
    <message>
        <source>The folder holds more files than a checkpoint has; choose the files themselves.</source>
        <translation>文件夹中的文件多于一个检查点应有的数目；请选择文件本身。</translation>
    </message>
    <message>
        <source>The folder is being looked through.</source>
        <translation>正在查看该文件夹。</translation>
    </message>
    <message>
        <source>The folder photos were last opened from</source>
        <translation>上次打开照片的文件夹</translation>
    </message>
    <message>
        <source>The folder weights were last imported from</source>
        <translation>上次导入权重的文件夹</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be read.</source>
        <translation>无法读取文件夹 {folder}。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be read: {reason}.</source>
        <translation>无法读取文件夹 {folder}：{reason}。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be used for a report; choose another.</source>
        <translation>文件夹 {folder} 不能用于报告；请选择另一个。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written: unsaved work will be lost after a crash.</source>
        <translation>无法写入文件夹 {folder}：程序崩溃后，未保存的工作将会丢失。</translation>
    </message>
    <message>
        <source>The folder {folder} has other files than a report now; choose a new one.</source>
        <translation>文件夹 {folder} 现在含有报告以外的文件；请选择新的文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} has other files than a report; choose a new one.</source>
        <translation>文件夹 {folder} 含有报告以外的文件；请选择新的文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} has other files; choose a new one.</source>
        <translation>文件夹 {folder} 含有其他文件；请选择新的文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} may not be read.</source>
        <translation>无权读取文件夹 {folder}。</translation>
    </message>
    <message>
        <source>The folder {folder} was not made: {reason}.</source>
        <translation>未能建立文件夹 {folder}：{reason}。</translation>
    </message>
    <message>
        <source>The folder {parent} does not exist; make it first or choose another.</source>
        <translation>文件夹 {parent} 不存在；请先建立它，或选择另一个。</translation>
    </message>
    <message>
        <source>The graphics memory ran out; the fill was made on the processor.</source>
        <translation>显存用尽；填充在处理器上完成。</translation>
    </message>
    <message>
        <source>The guide lines</source>
        <translation>引导线</translation>
    </message>
    <message>
        <source>The held-out photos are filled no better ({best:.1f} dB) than by spreading the colours round each hole ({spread:.1f} dB); your models are as before.</source>
        <translation>留出照片的填充（{best:.1f} dB）不比扩散各修复区周围的颜色（{spread:.1f} dB）更好；您的模型保持不变。</translation>
    </message>
    <message>
        <source>The held-out photos are filled no better than by an untrained network; your models are as before.</source>
        <translation>留出照片的填充不比未训练的网络更好；您的模型保持不变。</translation>
    </message>
    <message>
        <source>The held-out photos are filled no better than with the weights it started from; your models are as before.</source>
        <translation>留出照片的填充不比用起始权重更好；您的模型保持不变。</translation>
    </message>
    <message>
        <source>The held-out photos got no better for a while, so the next phase begins.</source>
        <translation>留出照片有一段时间没有变好，因此进入下一阶段。</translation>
    </message>
    <message>
        <source>The held-out photos got no better for a while, so the training ends here.</source>
        <translation>留出照片有一段时间没有变好，因此训练到此结束。</translation>
    </message>
    <message>
        <source>The hole</source>
        <translation>修复区</translation>
    </message>
    <message>
        <source>The hole cannot be filled from its own place; choose another one.</source>
        <translation>修复区不能用它自己的位置填充；请选择另一处。</translation>
    </message>
    <message>
        <source>The hole is cleared, and the guide lines stay. Clear again to delete them, too.</source>
        <translation>修复区已清除，引导线保留。再次清除可将引导线一并删除。</translation>
    </message>
    <message>
        <source>The hole may be too tight; grow it by 3 px.</source>
        <translation>修复区可能太紧；请扩展 3 像素。</translation>
    </message>
    <message>
        <source>The hole must sit in the middle of what {title} sees, a square {value:.2g} times its size that lies in the photo and has no other holes; paint it so, or choose another model.</source>
        <translation>修复区必须位于 {title} 所见范围的正中：一个边长为其 {value:.2g} 倍、完全在照片内且没有其他修复区的正方形；请照此涂画，或选择另一个模型。</translation>
    </message>
    <message>
        <source>The holes &apos;{name}&apos; are named twice.</source>
        <translation>修复区“{name}”给出了两次。</translation>
    </message>
    <message>
        <source>The imported MobileSAM gives no masks here; import it again, or another file of it.</source>
        <translation>导入的 MobileSAM 在此不给出遮罩；请重新导入，或导入它的另一个文件。</translation>
    </message>
    <message>
        <source>The kept {names} of &apos;{name}&apos; has another shape than here; this training begins with a new one.</source>
        <translation>“{name}”保留的 {names} 与此处的形状不同；此训练从新的开始。</translation>
    </message>
    <message>
        <source>The kept {names} of &apos;{name}&apos; have another shape than here; this training begins with a new one.</source>
        <translation>“{name}”保留的 {names} 与此处的形状不同；此训练从新的开始。</translation>
    </message>
    <message>
        <source>The keys of actions that have others than usual</source>
        <translation>更改过快捷键的操作及其快捷键</translation>
    </message>
    <message>
        <source>The label maps have the class &apos;{strange}&apos;, which {owner}{owner_2} does not know ({listed})</source>
        <translation>标签图含有类别“{strange}”，{owner}{owner_2}不认识它（{listed}）</translation>
    </message>
    <message>
        <source>The label maps have {count} classes: {names}{more}.</source>
        <translation>标签图有 {count} 个类别：{names}{more}。</translation>
    </message>
    <message>
        <source>The label maps in {folder} name {count} classes together; {most_classes} can be.</source>
        <translation>{folder} 中的标签图共给出 {count} 个类别；最多可有 {most_classes} 个。</translation>
    </message>
    <message>
        <source>The label maps in {folder} show no class: all of their pixels are 0.</source>
        <translation>{folder} 中的标签图没有类别：所有像素都为 0。</translation>
    </message>
    <message>
        <source>The label maps show no class on a large enough area; paint areas, not strokes alone.</source>
        <translation>标签图上没有面积足够大的类别；请涂画区域，而不只是笔画。</translation>
    </message>
    <message>
        <source>The labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>The language of the program, from its next start on</source>
        <translation>程序的语言，下次启动时生效</translation>
    </message>
    <message>
        <source>The last start crashed, so the program leaves the graphics driver alone this time.</source>
        <translation>上次启动时崩溃，因此程序这次不使用显卡驱动。</translation>
    </message>
    <message>
        <source>The last steps are measured before it ends; stop it again to leave that out.</source>
        <translation>结束前测量最后几步；再停止一次可略去测量。</translation>
    </message>
    <message>
        <source>The last weights could not be kept: {plain}</source>
        <translation>最后的权重未能保留：{plain}</translation>
    </message>
    <message>
        <source>The layers that another program has put into {name} become one.</source>
        <translation>其他程序放入 {name} 的图层将合并为一个。</translation>
    </message>
    <message>
        <source>The library {name} of the system is missing or damaged; install it again.</source>
        <translation>系统库 {name} 缺失或已损坏；请重新安装它。</translation>
    </message>
    <message>
        <source>The licence is not shown again for these weights</source>
        <translation>对这些权重不再显示许可</translation>
    </message>
    <message>
        <source>The losses of {system} cannot be chosen one by one; choose another --model.</source>
        <translation>{system} 的损失不能逐个选择；请选择另一个 --model。</translation>
    </message>
    <message>
        <source>The losses were not finite again and again, even with an eighth of the learning rate; try other settings.</source>
        <translation>损失反复不是有限值，即使学习率为八分之一；请尝试其他设置。</translation>
    </message>
    <message>
        <source>The mask has no hole: nothing in it is white, or painted.</source>
        <translation>遮罩没有修复区：其中没有白色或涂画的部分。</translation>
    </message>
    <message>
        <source>The mask is {width} x {height} pixels and the photo {columns} x {rows}</source>
        <translation>遮罩为 {width} x {height} 像素，照片为 {columns} x {rows}</translation>
    </message>
    <message>
        <source>The mask lies on its side</source>
        <translation>遮罩是横放的</translation>
    </message>
    <message>
        <source>The mask may be inverted</source>
        <translation>遮罩可能是反的</translation>
    </message>
    <message>
        <source>The mask may have to be turned</source>
        <translation>遮罩可能需要旋转</translation>
    </message>
    <message>
        <source>The mask would be saved over the {name}; give another name with -o.</source>
        <translation>遮罩会覆盖{name}；请用 -o 给出另一个名称。</translation>
    </message>
    <message>
        <source>The mask&apos;s coverages</source>
        <translation>遮罩的覆盖度</translation>
    </message>
    <message>
        <source>The masks cannot be read any more; is their folder still there?</source>
        <translation>遮罩已无法读取；其文件夹还在吗？</translation>
    </message>
    <message>
        <source>The memory of this machine did not suffice; nothing was changed.</source>
        <translation>本机内存不足；未作任何更改。</translation>
    </message>
    <message>
        <source>The mirror was of no use for {name}, so its publisher was asked: {reason}</source>
        <translation>镜像没有 {name}，因此改向其发布者请求：{reason}</translation>
    </message>
    <message>
        <source>The mirror was of no use for {name}: {reason} Nor was its publisher: {error}</source>
        <translation>镜像没有 {name}：{reason} 其发布者也没有：{error}</translation>
    </message>
    <message>
        <source>The model &apos;{name}&apos; is gone</source>
        <translation>模型“{name}”已不存在</translation>
    </message>
    <message>
        <source>The model that fills</source>
        <translation>用于填充的模型</translation>
    </message>
    <message>
        <source>The model that the last fine-tuning began from</source>
        <translation>上次微调所用的起始模型</translation>
    </message>
    <message>
        <source>The model that was chosen before that one</source>
        <translation>此前选择的模型</translation>
    </message>
    <message>
        <source>The models are being listed.</source>
        <translation>正在列出模型。</translation>
    </message>
    <message>
        <source>The name can have lower-case letters, digits and &apos;-&apos; between them.</source>
        <translation>名称可包含小写字母、数字以及它们之间的“-”。</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>The network looked at</source>
        <translation>网络看的是</translation>
    </message>
    <message>
        <source>The network of &apos;{base}&apos;</source>
        <translation>“{base}”的网络</translation>
    </message>
    <message>
        <source>The network whose picture a copying fill starts from</source>
        <translation>其图像作为复制式填充起点的网络</translation>
    </message>
    <message>
        <source>The number of the class that is painted</source>
        <translation>所涂类别的编号</translation>
    </message>
    <message>
        <source>The other pages of the file could not be kept.</source>
        <translation>文件的其他各页无法保留。</translation>
    </message>
    <message>
        <source>The outline encloses nothing; set more points round what should go.</source>
        <translation>轮廓没有围住任何内容；请在要去除的部分周围多设几个点。</translation>
    </message>
    <message numerus="yes">
        <source>The palette got {n} more colours for what was filled.</source>
        <translation>
            <numerusform>为填充的内容，调色板增加了 {n} 种颜色。</numerusform>
        </translation>
    </message>
    <message>
        <source>The part around the hole; the hardest first, by mean PSNR. Each opens larger.</source>
        <translation>修复区周围的部分；按平均 PSNR，最难的在前。单击可放大。</translation>
    </message>
    <message>
        <source>The parts to copy from</source>
        <translation>可复制的部分</translation>
    </message>
    <message>
        <source>The pen&apos;s pressure sets the brush size</source>
        <translation>压感笔的压力决定画笔大小</translation>
    </message>
    <message>
        <source>The photo has more than 8 bits a channel; it is edited and saved with 8.</source>
        <translation>照片每通道多于 8 位；以 8 位编辑和保存。</translation>
    </message>
    <message>
        <source>The photo has more than 8 bits a channel; it was saved with 8.</source>
        <translation>照片每通道多于 8 位；已以 8 位保存。</translation>
    </message>
    <message>
        <source>The photo has no transparent part; give a mask that is white where the hole is.</source>
        <translation>照片没有透明部分；请提供在修复区处为白色的遮罩。</translation>
    </message>
    <message>
        <source>The photo holds values that are no numbers; save it as 8-bit or 16-bit first.</source>
        <translation>照片含有不是数字的值；请先保存为 8 位或 16 位。</translation>
    </message>
    <message>
        <source>The photo is shown smaller than it is.</source>
        <translation>照片以小于实际的大小显示。</translation>
    </message>
    <message>
        <source>The photo shows little like what was drawn, so the filled part stays soft in places.</source>
        <translation>照片中与所绘内容相似之处很少，因此填充部分有些地方保持柔和。</translation>
    </message>
    <message>
        <source>The photo was {turn} when it was opened, as the camera noted; if the mask was drawn on the picture as stored, add --turn-mask {value}.</source>
        <translation>照片打开时已{turn}，依据是相机的记录；如果遮罩是在存储的图片上画的，请加上 --turn-mask {value}。</translation>
    </message>
    <message>
        <source>The photo was {turn}, as its camera noted. Some programs ignore that.</source>
        <translation>照片已{turn}，依据是相机的记录。有些程序会忽略这一点。</translation>
    </message>
    <message>
        <source>The photo&apos;s XMP data is too long for a JPEG and is not in the saved file.</source>
        <translation>照片的 XMP 数据对 JPEG 来说太长，未写入保存的文件。</translation>
    </message>
    <message>
        <source>The photo&apos;s camera data is too long for a JPEG and is not in the saved file.</source>
        <translation>照片的相机数据对 JPEG 来说太长，未写入保存的文件。</translation>
    </message>
    <message>
        <source>The photo&apos;s camera data or colour profile was damaged and is not in the saved file.</source>
        <translation>照片的相机数据或颜色配置文件已损坏，未写入保存的文件。</translation>
    </message>
    <message>
        <source>The photo&apos;s camera data was damaged and is not in the saved file.</source>
        <translation>照片的相机数据已损坏，未写入保存的文件。</translation>
    </message>
    <message>
        <source>The photo&apos;s colours are CMYK; it is edited as RGB, and CMYK again in a JPEG or TIFF.</source>
        <translation>照片的颜色为 CMYK；以 RGB 编辑，保存为 JPEG 或 TIFF 时恢复为 CMYK。</translation>
    </message>
    <message>
        <source>The photo&apos;s colours are Lab, which cannot be turned to RGB here; save it as RGB first.</source>
        <translation>照片的颜色为 Lab，此处无法转换为 RGB；请先保存为 RGB。</translation>
    </message>
    <message>
        <source>The photo&apos;s colours are Lab; it is edited and saved as RGB.</source>
        <translation>照片的颜色为 Lab；以 RGB 编辑和保存。</translation>
    </message>
    <message>
        <source>The photo, {title}: arrow keys go through the filled pixels</source>
        <translation>照片，{title}：方向键可在填充的像素间移动</translation>
    </message>
    <message>
        <source>The photo: arrow keys go through the filled pixels</source>
        <translation>照片：方向键可在填充的像素间移动</translation>
    </message>
    <message>
        <source>The photos in {photos} are not those of that ablation: {counted} are there to train on now, {get} were. Use the same ones, or choose another folder for the report.</source>
        <translation>{photos} 中的照片不是该消融实验的照片：现在有 {counted} 张可训练，原有 {get} 张。请使用相同的照片，或为报告选择另一个文件夹。</translation>
    </message>
    <message>
        <source>The photos of {folder} lie in shards, and so must their label maps: --labels {folder}</source>
        <translation>{folder} 的照片存放在分片中，其标签图也必须如此：--labels {folder}</translation>
    </message>
    <message>
        <source>The place {col},{row} lies outside the photo, which has {width} x {height} pixels.</source>
        <translation>位置 {col},{row} 在照片之外，照片为 {width} x {height} 像素。</translation>
    </message>
    <message>
        <source>The processor of this computer is too old for the program: it lacks {name}.</source>
        <translation>这台计算机的处理器太旧，无法运行本程序：它不支持 {name}。</translation>
    </message>
    <message>
        <source>The program cannot start: {reason}.</source>
        <translation>程序无法启动：{reason}。</translation>
    </message>
    <message>
        <source>The program cannot start: {reason}. Report: {path}</source>
        <translation>程序无法启动：{reason}。报告：{path}</translation>
    </message>
    <message>
        <source>The program crashed the last time it ran. A report was written; nothing was sent.</source>
        <translation>程序上次运行时崩溃。已写好报告；没有发送任何内容。</translation>
    </message>
    <message>
        <source>The program ended before your work on a pasted picture was saved ({time}).</source>
        <translation>程序在您对粘贴图片的工作保存之前结束（{time}）。</translation>
    </message>
    <message>
        <source>The program ended before your work on {name} was saved ({time}).</source>
        <translation>程序在您对 {name} 的工作保存之前结束（{time}）。</translation>
    </message>
    <message>
        <source>The program is damaged: its part {name} is missing or cut off. Install it again.</source>
        <translation>程序已损坏：组成部分 {name} 缺失或不完整。请重新安装。</translation>
    </message>
    <message>
        <source>The program is damaged: its part {name} is missing. Install it again.</source>
        <translation>程序已损坏：缺少组成部分 {name}。请重新安装。</translation>
    </message>
    <message>
        <source>The published figures are of other photos and mostly of other holes, sizes and weights, and FID grows where there are few photos. Only large differences mean anything.</source>
        <translation>已发布的数据来自其他照片，且大多是其他修复区、尺寸和权重；照片少时 FID 会变大。只有大的差异才有意义。</translation>
    </message>
    <message>
        <source>The recipe of &apos;{system}&apos; cannot be used ({error}); report this to its authors.</source>
        <translation>“{system}”的训练方案无法使用（{error}）；请向其作者报告。</translation>
    </message>
    <message>
        <source>The recipe of {system} has no loss &apos;{name}&apos; to leave out; {has}.</source>
        <translation>{system} 的训练方案没有可略去的损失“{name}”；{has}。</translation>
    </message>
    <message>
        <source>The report cannot be written: the folder {parent} is not writable; choose another.</source>
        <translation>无法写出报告：文件夹 {parent} 不可写；请选择另一个。</translation>
    </message>
    <message>
        <source>The report cannot be written: {folder} is not writable; choose another folder.</source>
        <translation>无法写出报告：{folder} 不可写；请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>The report was not written: {explain_write_error}.</source>
        <translation>报告未写出：{explain_write_error}。</translation>
    </message>
    <message>
        <source>The result would replace the file {name}; choose another folder.</source>
        <translation>结果会替换文件 {name}；请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>The same by a kernel, for few photos; ± its spread over subsets.</source>
        <translation>用核函数计算的同一距离，适合照片较少时；± 为其在各子集上的离散程度。</translation>
    </message>
    <message>
        <source>The same command with --resume goes on with the rest.</source>
        <translation>同一命令加上 --resume 可继续处理其余部分。</translation>
    </message>
    <message>
        <source>The same seed gives the same fill; another seed an equally good other one</source>
        <translation>相同的种子得到相同的填充；另一个种子得到另一个同样好的填充</translation>
    </message>
    <message>
        <source>The same seed sees the same crops in the same order</source>
        <translation>相同的种子以相同的顺序看到相同的裁块</translation>
    </message>
    <message>
        <source>The schedule &apos;cosine&apos; needs a training whose length is set.</source>
        <translation>学习率变化“cosine”需要给出长度的训练。</translation>
    </message>
    <message>
        <source>The screen &apos;{display}&apos; cannot be reached; set DISPLAY to one that can.</source>
        <translation>无法连接屏幕“{display}”；请把 DISPLAY 设为可用的屏幕。</translation>
    </message>
    <message>
        <source>The sections of the panel column that are folded</source>
        <translation>面板栏中折叠的部分</translation>
    </message>
    <message>
        <source>The set of files</source>
        <translation>这组文件</translation>
    </message>
    <message>
        <source>The setting &apos;{key}&apos; cannot be &apos;{text}&apos;; use {names}.</source>
        <translation>设置“{key}”不能是“{text}”；请使用 {names}。</translation>
    </message>
    <message>
        <source>The settings could not be kept in {file}: {reason}.</source>
        <translation>设置无法保存到 {file}：{reason}。</translation>
    </message>
    <message>
        <source>The settings file {file} was not used: {reason}.</source>
        <translation>未使用设置文件 {file}：{reason}。</translation>
    </message>
    <message>
        <source>The shapes that are cut out of your photos, to learn filling them</source>
        <translation>从您的照片中挖出的形状，用于学习填充</translation>
    </message>
    <message>
        <source>The shard {name} {kind}; what comes before that is used.</source>
        <translation>分片 {name} {kind}；使用其之前的部分。</translation>
    </message>
    <message>
        <source>The share of the holes &apos;{name}&apos; must be a number above 0, not &apos;{text}&apos;.</source>
        <translation>修复区“{name}”的份额必须是大于 0 的数，而不是“{text}”。</translation>
    </message>
    <message>
        <source>The side of the square whose mean colour the wand takes</source>
        <translation>魔棒取平均颜色的方块边长</translation>
    </message>
    <message>
        <source>The size of the crops is set twice, to {requested} and to {in_settings} px; set one.</source>
        <translation>裁块的大小设置了两次，为 {requested} 和 {in_settings} 像素；请只设置一次。</translation>
    </message>
    <message>
        <source>The source of this part was moved, so all models would fill it alike. Mark a hole to fill it with all models.</source>
        <translation>此部分的来源已移动，因此所有模型的填充都会相同。请标记一个修复区，再用所有模型填充。</translation>
    </message>
    <message>
        <source>The sources are shown by a script, which this browser does not run. The pictures are here.</source>
        <translation>来源由脚本显示，而此浏览器不运行脚本。图片仍可查看。</translation>
    </message>
    <message>
        <source>The speed could not be measured. {result}</source>
        <translation>无法测量速度。{result}</translation>
    </message>
    <message>
        <source>The start by {title} was not needed; these holes are filled in another way.</source>
        <translation>不需要以 {title} 为起点；这些修复区以另一种方式填充。</translation>
    </message>
    <message>
        <source>The tar files in it are left out, as there are photos beside them.</source>
        <translation>其中的 tar 文件已略去，因为旁边有照片。</translation>
    </message>
    <message>
        <source>The timing could not be started: {reason}.</source>
        <translation>无法启动计时：{reason}。</translation>
    </message>
    <message>
        <source>The timing ended without a result.</source>
        <translation>计时结束，没有结果。</translation>
    </message>
    <message>
        <source>The timing was ended from outside; perhaps the memory of this machine did not suffice.</source>
        <translation>计时被外部终止；可能是本机内存不足。</translation>
    </message>
    <message>
        <source>The tool that was chosen last</source>
        <translation>上次选择的工具</translation>
    </message>
    <message>
        <source>The training could not be asked to {command}: {reason}.</source>
        <translation>无法要求训练执行 {command}：{reason}。</translation>
    </message>
    <message>
        <source>The training could not be started: {reason}.</source>
        <translation>无法启动训练：{reason}。</translation>
    </message>
    <message>
        <source>The training ended while no window watched it; perhaps the machine was switched off.</source>
        <translation>训练在没有窗口监看时结束；可能是计算机被关闭。</translation>
    </message>
    <message>
        <source>The training ended without saying why.</source>
        <translation>训练结束，未说明原因。</translation>
    </message>
    <message>
        <source>The training of {model} broke off</source>
        <translation>{model} 的训练中断</translation>
    </message>
    <message>
        <source>The training of {model} ended</source>
        <translation>{model} 的训练已结束</translation>
    </message>
    <message>
        <source>The training of {model} ended without a gain</source>
        <translation>{model} 的训练已结束，没有提高</translation>
    </message>
    <message>
        <source>The training was ended from outside; perhaps the memory of this machine did not suffice.</source>
        <translation>训练被外部终止；可能是本机内存不足。</translation>
    </message>
    <message>
        <source>The wand marks only what is connected with the place</source>
        <translation>魔棒只标记与该处相连的部分</translation>
    </message>
    <message>
        <source>The wand takes the colour of the pixel under it</source>
        <translation>魔棒取单击处像素的颜色</translation>
    </message>
    <message>
        <source>The wand takes the mean colour of 3 x 3 pixels</source>
        <translation>魔棒取 3 x 3 像素的平均颜色</translation>
    </message>
    <message>
        <source>The wand takes the mean colour of 5 x 5 pixels</source>
        <translation>魔棒取 5 x 5 像素的平均颜色</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; are called &apos;{new}&apos; now.</source>
        <translation>权重“{name}”现在名为“{new}”。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; are not the ones of that training: their file has another SHA-256.</source>
        <translation>权重“{name}”不是该训练的权重：其文件的 SHA-256 不同。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; belong to {system}, not to {name_2}.</source>
        <translation>权重“{name}”属于 {system}，而不是 {name_2}。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; can only be copied here; another format is made by the full build from a safetensors file.</source>
        <translation>权重“{name}”在这里只能复制；其他格式由完整版从 safetensors 文件生成。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; cannot be computed with here; import them again.</source>
        <translation>权重“{name}”在这里无法用于计算；请重新导入。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; cannot be read: {reason}; {remedy}.</source>
        <translation>无法读取权重“{name}”：{reason}；{remedy}。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; cannot be read; import them again.</source>
        <translation>无法读取权重“{name}”；请重新导入。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; cannot be used: {error}</source>
        <translation>权重“{name}”无法使用：{error}</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; come with the program and stay; weights of your own are used before them.</source>
        <translation>权重“{name}”随程序提供，会保留；您自己的权重优先使用。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; do not fit {title}: {wrong} differs; import them again.</source>
        <translation>权重“{name}”与 {title} 不符：{wrong} 不同；请重新导入。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; for {title} are here. Until you use them, fills are made as before.</source>
        <translation>{title} 的权重“{name}”已到位。在您使用它们之前，填充照旧。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; give an image of another size; import them again.</source>
        <translation>权重“{name}”给出的图像尺寸不同；请重新导入。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; have</source>
        <translation>权重“{name}”为</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; were not deleted: {explain_write_error}.</source>
        <translation>权重“{name}”未删除：{explain_write_error}。</translation>
    </message>
    <message>
        <source>The weights &apos;{name}&apos; were not renamed: {explain_write_error}.</source>
        <translation>权重“{name}”未重命名：{explain_write_error}。</translation>
    </message>
    <message>
        <source>The weights are damaged: {key} is empty.</source>
        <translation>权重已损坏：{key} 为空。</translation>
    </message>
    <message>
        <source>The weights of its last step, {step}, are in the list of models now.</source>
        <translation>其最后一步（第 {step} 步）的权重现在已在模型列表中。</translation>
    </message>
    <message>
        <source>The weights of step {step} could not be kept: {plain}</source>
        <translation>第 {step} 步的权重未能保留：{plain}</translation>
    </message>
    <message>
        <source>The weights of the last step, {step}, are kept; add them with: {command}</source>
        <translation>最后一步（第 {step} 步）的权重已保留；添加命令：{command}</translation>
    </message>
    <message>
        <source>The weights of {title} are gone</source>
        <translation>{title} 的权重已不存在</translation>
    </message>
    <message>
        <source>The weights were not saved: {error}.</source>
        <translation>权重未保存：{error}。</translation>
    </message>
    <message>
        <source>The weights were not saved: {explain_write_error}.</source>
        <translation>权重未保存：{explain_write_error}。</translation>
    </message>
    <message>
        <source>The weights whose fills look closest are kept; needs the file of a trained AlexNet</source>
        <translation>保留填充看上去最接近的权重；需要训练好的 AlexNet 文件</translation>
    </message>
    <message>
        <source>The weights whose pixels are closest to the real photo are kept; favours smooth fills</source>
        <translation>保留像素最接近真实照片的权重；偏向平滑的填充</translation>
    </message>
    <message>
        <source>The weights whose structures are closest to the real photo are kept</source>
        <translation>保留结构最接近真实照片的权重</translation>
    </message>
    <message>
        <source>The weights {name} cannot be read: {reason}.</source>
        <translation>无法读取权重 {name}：{reason}。</translation>
    </message>
    <message>
        <source>The work that was kept cannot be brought back: its file is damaged.</source>
        <translation>保留的工作无法恢复：其文件已损坏。</translation>
    </message>
    <message>
        <source>The worker ended while it filled {name}; perhaps there is not enough memory.</source>
        <translation>工作进程在填充 {name} 时结束；可能是内存不足。</translation>
    </message>
    <message>
        <source>The workers do not start in the cluster: {reason}.</source>
        <translation>工作进程无法在集群中启动：{reason}。</translation>
    </message>
    <message>
        <source>The workers do not start; perhaps there is not enough memory.</source>
        <translation>工作进程无法启动；可能是内存不足。</translation>
    </message>
    <message>
        <source>The {name} and the {other} would be saved to the same file; give two names.</source>
        <translation>{name}和{other}会保存到同一个文件；请给出两个名称。</translation>
    </message>
    <message>
        <source>The {name} in {file} cannot be used ({why}); {new}.</source>
        <translation>{file} 中的 {name} 无法使用（{why}）；{new}。</translation>
    </message>
    <message>
        <source>The {photos} it has not seen got no better in {steps} ({before:.1f} dB); your models are as before. More time, or more photos of the same kind, may help.</source>
        <translation>未见过的 {photos}在 {steps}后没有变好（{before:.1f} dB）；您的模型保持不变。更多时间或更多同类照片可能会有帮助。</translation>
    </message>
    <message>
        <source>The {what} are {there} pixels and the photo {here}; they must be of one size.</source>
        <translation>{what}为 {there} 像素，照片为 {here}；两者大小必须相同。</translation>
    </message>
    <message>
        <source>The {what} is {there} pixels and the photo {here}; they must be of one size.</source>
        <translation>{what}为 {there} 像素，照片为 {here}；两者大小必须相同。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>There are 255 guide lines; delete one first.</source>
        <translation>已有 255 条引导线；请先删除一条。</translation>
    </message>
    <message>
        <source>There are also --entry {names}.</source>
        <translation>另有 --entry {names}。</translation>
    </message>
    <message>
        <source>There are no holes called &apos;{name}&apos;; there are {names}.</source>
        <translation>没有名为“{name}”的修复区；有 {names}。</translation>
    </message>
    <message>
        <source>There are no labels to save; paint some, or let a model predict them.</source>
        <translation>没有可保存的标签；请涂画一些，或让模型预测。</translation>
    </message>
    <message>
        <source>There are no photos in it; choose another folder.</source>
        <translation>其中没有照片；请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>There are no photos in the folder; check the name.</source>
        <translation>该文件夹中没有照片；请检查名称。</translation>
    </message>
    <message>
        <source>There are no photos, only masks; check the names.</source>
        <translation>没有照片，只有遮罩；请检查名称。</translation>
    </message>
    <message>
        <source>There are no weights called &apos;{name}&apos;; {names}.</source>
        <translation>没有名为“{name}”的权重；{names}。</translation>
    </message>
    <message>
        <source>There are weights called &apos;{name}&apos; already; give another name or delete those first.</source>
        <translation>已有名为“{name}”的权重；请取另一个名称，或先删除它们。</translation>
    </message>
    <message>
        <source>There is a model called &apos;{name}&apos; already; give it another name.</source>
        <translation>已有名为“{name}”的模型；请取另一个名称。</translation>
    </message>
    <message>
        <source>There is an ablation in {folder} already; go on with --resume, or choose another folder.</source>
        <translation>{folder} 中已有消融实验；请用 --resume 继续，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>There is no &apos;{unknown}&apos; to choose for this network; {names}.</source>
        <translation>此网络没有“{unknown}”可选；{names}。</translation>
    </message>
    <message>
        <source>There is no ablation in {folder} to go on with; leave --resume out.</source>
        <translation>{folder} 中没有可继续的消融实验；请略去 --resume。</translation>
    </message>
    <message>
        <source>There is no attention block named {name}. Choose one of: {names}.</source>
        <translation>没有名为 {name} 的注意力块。请选择其中之一：{names}。</translation>
    </message>
    <message>
        <source>There is no class here and no hole; click on a class, or in the hole.</source>
        <translation>此处既没有类别也没有修复区；请单击某个类别，或在修复区内单击。</translation>
    </message>
    <message>
        <source>There is no class here to pick.</source>
        <translation>此处没有可拾取的类别。</translation>
    </message>
    <message>
        <source>There is no command &apos;{arguments}&apos;; there are {names}, or one photo to open.</source>
        <translation>没有命令“{arguments}”；有 {names}，或要打开的一张照片。</translation>
    </message>
    <message>
        <source>There is no device &apos;{name}&apos;; use auto, cpu, cuda, cuda:N or mps.</source>
        <translation>没有设备“{name}”；请使用 auto、cpu、cuda、cuda:N 或 mps。</translation>
    </message>
    <message>
        <source>There is no entry &apos;{entry}&apos; for {system}; there are {names}.</source>
        <translation>{system} 没有条目“{entry}”；有 {names}。</translation>
    </message>
    <message>
        <source>There is no file {filename}; check the name.</source>
        <translation>没有文件 {filename}；请检查名称。</translation>
    </message>
    <message>
        <source>There is no file {name}; check the name.</source>
        <translation>没有文件 {name}，请检查名称。</translation>
    </message>
    <message>
        <source>There is no file {path} any more.</source>
        <translation>文件 {path} 已不存在。</translation>
    </message>
    <message>
        <source>There is no file {path}; check the name.</source>
        <translation>没有文件 {path}；请检查名称。</translation>
    </message>
    <message>
        <source>There is no file {photo} any more.</source>
        <translation>文件 {photo} 已不存在。</translation>
    </message>
    <message>
        <source>There is no file {vgg}; nothing needs one here, so leave it out.</source>
        <translation>没有文件 {vgg}；此处不需要它，请略去。</translation>
    </message>
    <message>
        <source>There is no folder or mask {name}; check the name.</source>
        <translation>没有文件夹或遮罩 {name}；请检查名称。</translation>
    </message>
    <message>
        <source>There is no folder {folder}; check the name.</source>
        <translation>没有文件夹 {folder}；请检查名称。</translation>
    </message>
    <message>
        <source>There is no folder {folder}; choose the folder that holds the label maps.</source>
        <translation>没有文件夹 {folder}；请选择存放标签图的文件夹。</translation>
    </message>
    <message>
        <source>There is no folder {folder}; choose the folder that holds the photos.</source>
        <translation>没有文件夹 {folder}；请选择存放照片的文件夹。</translation>
    </message>
    <message>
        <source>There is no folder {masks}; check the name.</source>
        <translation>没有文件夹 {masks}；请检查名称。</translation>
    </message>
    <message>
        <source>There is no folder {photos}; check the name.</source>
        <translation>没有文件夹 {photos}；请检查名称。</translation>
    </message>
    <message>
        <source>There is no hole to fill from there.</source>
        <translation>没有可从那里填充的修复区。</translation>
    </message>
    <message>
        <source>There is no hole to fill; paint over what should go.</source>
        <translation>没有要填充的修复区；请涂抹要去除的部分。</translation>
    </message>
    <message>
        <source>There is no hole under the pointer; point at a part of it, or choose the whole hole.</source>
        <translation>指针下没有修复区；请指向它的一部分，或选择整个修复区。</translation>
    </message>
    <message>
        <source>There is no kind &apos;{kind}&apos;; there are {names}.</source>
        <translation>没有种类“{kind}”；有 {names}。</translation>
    </message>
    <message>
        <source>There is no label map in {folder}; label maps are PNG files with the names of the photos.</source>
        <translation>{folder} 中没有标签图；标签图是与照片同名的 PNG 文件。</translation>
    </message>
    <message>
        <source>There is no label map in {folder}; label maps are PNG files with the names of the photos; among the photos they are called NAME.labels.png.</source>
        <translation>{folder} 中没有标签图；标签图是与照片同名的 PNG 文件，与照片放在一起时名为 NAME.labels.png。</translation>
    </message>
    <message>
        <source>There is no loss &apos;{part}&apos; for {system}; there are {names}, and sums such as {example}.</source>
        <translation>{system} 没有损失“{part}”；有 {names}，以及 {example} 这样的和。</translation>
    </message>
    <message>
        <source>There is no mask for {name}, and it has no transparent part.</source>
        <translation>没有 {name} 的遮罩，它也没有透明部分。</translation>
    </message>
    <message>
        <source>There is no mask for {name}.</source>
        <translation>没有 {name} 的遮罩。</translation>
    </message>
    <message>
        <source>There is no model called &apos;{name}&apos;; {hint}</source>
        <translation>没有名为“{name}”的模型；{hint}</translation>
    </message>
    <message>
        <source>There is no other candidate that way; “Another one” makes one.</source>
        <translation>那个方向没有其他候选；“换一个”可生成新的候选。</translation>
    </message>
    <message>
        <source>There is no photo after this one.</source>
        <translation>后面没有照片了。</translation>
    </message>
    <message>
        <source>There is no photo before this one.</source>
        <translation>前面没有照片了。</translation>
    </message>
    <message>
        <source>There is no photo with a hole to measure.</source>
        <translation>没有带修复区的照片可供测量。</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard.</source>
        <translation>剪贴板中没有图片。</translation>
    </message>
    <message>
        <source>There is no precision &apos;{precision}&apos; for training; use {known}.</source>
        <translation>没有用于训练的精度“{precision}”；请使用 {known}。</translation>
    </message>
    <message>
        <source>There is no quality &apos;{name}&apos;; use {names}.</source>
        <translation>没有质量“{name}”；请使用 {names}。</translation>
    </message>
    <message>
        <source>There is no room for {name} on the disk ({format_size}); make room first.</source>
        <translation>磁盘上没有存放 {name} 的空间（{format_size}）；请先腾出空间。</translation>
    </message>
    <message>
        <source>There is no schedule &apos;{name}&apos;; use {names} or {schedules}.</source>
        <translation>没有学习率变化“{name}”；请使用 {names} 或 {schedules}。</translation>
    </message>
    <message>
        <source>There is no screen to show a window on (DISPLAY is not set); &apos;inpaint-studio fill&apos; works without one.</source>
        <translation>没有可显示窗口的屏幕（未设置 DISPLAY）；“inpaint-studio fill”不需要屏幕即可使用。</translation>
    </message>
    <message>
        <source>There is no setting &apos;{path}&apos;; &apos;{names}&apos; has no parts.</source>
        <translation>没有设置“{path}”；“{names}”没有组成部分。</translation>
    </message>
    <message>
        <source>There is no setting &apos;{path}&apos;; here there are {names}.</source>
        <translation>没有设置“{path}”；此处有 {names}。</translation>
    </message>
    <message>
        <source>There is no usable label map in the shards of {folder}. {fault}</source>
        <translation>{folder} 的分片中没有可用的标签图。{fault}</translation>
    </message>
    <message>
        <source>There is no usable label map in {folder}. {faults}</source>
        <translation>{folder} 中没有可用的标签图。{faults}</translation>
    </message>
    <message>
        <source>There is no usable mask in {folder}.{reason}</source>
        <translation>{folder} 中没有可用的遮罩。{reason}</translation>
    </message>
    <message>
        <source>There is no usable photo in that folder.</source>
        <translation>该文件夹中没有可用的照片。</translation>
    </message>
    <message>
        <source>There is no usable photo in the shards of {folder}. {why}</source>
        <translation>{folder} 的分片中没有可用的照片。{why}</translation>
    </message>
    <message>
        <source>There is no usable photo in {folder}; choose a folder with photos of {least} px or more.</source>
        <translation>{folder} 中没有可用的照片；请选择照片为 {least} 像素或更大的文件夹。</translation>
    </message>
    <message>
        <source>There is no view &apos;{views}&apos;; there are {names}.</source>
        <translation>没有视图“{views}”；有 {names}。</translation>
    </message>
    <message>
        <source>There is no {name} with them; {new}.</source>
        <translation>其中没有 {name}；{new}。</translation>
    </message>
    <message>
        <source>There is no {title} to delete; it was not imported.</source>
        <translation>没有可删除的 {title}；它未曾导入。</translation>
    </message>
    <message>
        <source>There is no {what} &apos;{value}&apos;; there are {names}.</source>
        <translation>没有 {what}“{value}”；有 {names}。</translation>
    </message>
    <message>
        <source>There is not enough memory for this; scale the photo down or close other programs.</source>
        <translation>内存不足；请缩小照片或关闭其他程序。</translation>
    </message>
    <message>
        <source>There is not enough memory for {title}; paint a smaller hole, close other programs, or choose another model.</source>
        <translation>内存不足以运行 {title}；请涂画更小的修复区、关闭其他程序，或选择另一个模型。</translation>
    </message>
    <message>
        <source>There is nothing to copy from: mark a part of the photo outside the hole.</source>
        <translation>没有可供复制的内容：请在修复区外标记照片的一部分。</translation>
    </message>
    <message>
        <source>There is nothing to fill; nothing was saved, as the format cannot be written.</source>
        <translation>没有要填充的内容；未保存，因为该格式无法写入。</translation>
    </message>
    <message>
        <source>There is nothing to fill; the photo was copied as it is.</source>
        <translation>没有要填充的内容；照片原样复制。</translation>
    </message>
    <message>
        <source>There is nothing to resume in {parent}; start the training again.</source>
        <translation>{parent} 中没有可继续的内容；请重新开始训练。</translation>
    </message>
    <message>
        <source>There is one photo only: two thirds of it are learnt and the rest measures; add photos.</source>
        <translation>只有一张照片：三分之二用于学习，其余用于测量；请添加照片。</translation>
    </message>
    <message>
        <source>There was not enough memory for it.</source>
        <translation>内存不足，无法进行。</translation>
    </message>
    <message>
        <source>There was not enough memory to find out where the pixels came from, or to add detail.</source>
        <translation>内存不足，无法查明像素的来源或添加细节。</translation>
    </message>
    <message>
        <source>There were too few steps to draw.</source>
        <translation>步数太少，无法画出。</translation>
    </message>
    <message>
        <source>These are the sampling areas of this fill. Mark others with “Do not sample here” or “Sample only here”.</source>
        <translation>这些正是此次填充的取样区。请用“不从此处取样”或“仅从此处取样”标记其他区域。</translation>
    </message>
    <message>
        <source>These are {count} variants; name at most {most}.</source>
        <translation>这里有 {count} 个变体；最多给出 {most} 个。</translation>
    </message>
    <message>
        <source>These weights are for non-commercial use only{terms}.</source>
        <translation>这些权重仅限非商业使用{terms}。</translation>
    </message>
    <message>
        <source>These weights are here already, as &apos;{name}&apos;.</source>
        <translation>这些权重已在此，名为“{name}”。</translation>
    </message>
    <message>
        <source>These weights learned from photos for research only{terms}; ask before commercial use.</source>
        <translation>这些权重用仅限研究的照片训练{terms}；商业使用前请征询许可。</translation>
    </message>
    <message>
        <source>These weights may be used freely{terms}.</source>
        <translation>这些权重可自由使用{terms}。</translation>
    </message>
    <message>
        <source>These weights resample otherwise than MI-GAN does ({key}); they cannot be used.</source>
        <translation>这些权重的重采样方式与 MI-GAN 不同（{key}）；无法使用。</translation>
    </message>
    <message>
        <source>These weights were published without a licence{terms}; strictly, they may only be looked at.</source>
        <translation>这些权重发布时没有许可证{terms}；严格来说只能查看。</translation>
    </message>
    <message>
        <source>They are drawn after the first steps.</source>
        <translation>最初几步之后画出。</translation>
    </message>
    <message>
        <source>They are filled by {model}, as chosen in the main window.</source>
        <translation>由主窗口中选择的 {model} 填充。</translation>
    </message>
    <message>
        <source>They are lost if you don&apos;t save them.</source>
        <translation>如不保存，更改将会丢失。</translation>
    </message>
    <message>
        <source>They were trained here and cannot be brought back.</source>
        <translation>它们是在这里训练的，无法找回。</translation>
    </message>
    <message>
        <source>This JPEG is of a rare kind or damaged, so all of it was coded again, not only what changed.</source>
        <translation>此 JPEG 类型少见或已损坏，因此全部重新编码，而不只是更改的部分。</translation>
    </message>
    <message>
        <source>This ONNX file keeps its numbers in another file; save it again as one file.</source>
        <translation>此 ONNX 文件把数值存放在另一个文件中；请重新保存为单个文件。</translation>
    </message>
    <message>
        <source>This build of Inpaint Studio cannot measure models; the full build can.</source>
        <translation>这个版本的 Inpaint Studio 不能测量模型；完整版可以。</translation>
    </message>
    <message>
        <source>This build of Inpaint Studio has no training, so it cannot fine-tune; the full build can.</source>
        <translation>这个版本的 Inpaint Studio 没有训练功能，因此不能微调；完整版可以。</translation>
    </message>
    <message>
        <source>This build of Inpaint Studio has no training, which this needs; the full build has.</source>
        <translation>这需要训练功能，而这个版本的 Inpaint Studio 没有；完整版有。</translation>
    </message>
    <message>
        <source>This build of Inpaint Studio has no training; the full build has.</source>
        <translation>这个版本的 Inpaint Studio 没有训练功能；完整版有。</translation>
    </message>
    <message>
        <source>This helps to find the fault. It holds no picture and no name of a file. Nothing is sent by itself.</source>
        <translation>这有助于找到错误。其中不含图片和文件名。不会自动发送任何内容。</translation>
    </message>
    <message>
        <source>This is a fault of the program: {reason}</source>
        <translation>这是程序错误：{reason}</translation>
    </message>
    <message>
        <source>This is not a key that an action can have.</source>
        <translation>这不是操作可用的快捷键。</translation>
    </message>
    <message>
        <source>This machine has an NVIDIA card that is not used; &apos;{command}&apos; changes that.</source>
        <translation>本机的 NVIDIA 显卡没有被使用；可用 &apos;{command}&apos; 更换。</translation>
    </message>
    <message>
        <source>This machine has an NVIDIA card, which only the CUDA build of the program uses.</source>
        <translation>本机有 NVIDIA 显卡，只有本程序的 CUDA 版才使用它。</translation>
    </message>
    <message>
        <source>This machine has no NVIDIA card; &apos;{command}&apos; brings the smaller build.</source>
        <translation>本机没有 NVIDIA 显卡；可用 &apos;{command}&apos; 换成较小的版本。</translation>
    </message>
    <message>
        <source>This machine has no NVIDIA card; the CPU build of the program is much smaller.</source>
        <translation>本机没有 NVIDIA 显卡；本程序的 CPU 版要小得多。</translation>
    </message>
    <message>
        <source>This model does not listen to {name}; they were left out.</source>
        <translation>此模型不使用{name}；已将其略去。</translation>
    </message>
    <message>
        <source>This model has no flow (where its pixels came from); none was saved.</source>
        <translation>此模型没有来源图（其像素的来源）；未保存。</translation>
    </message>
    <message>
        <source>This model predicts no labels; none were saved.</source>
        <translation>此模型不预测标签；未保存标签。</translation>
    </message>
    <message>
        <source>This model predicts no {what}; choose one that does.</source>
        <translation>此模型不预测{what}；请选择能预测的模型。</translation>
    </message>
    <message>
        <source>This network has no part that can be compiled; the training goes on without.</source>
        <translation>此网络没有可编译的部分；训练不经编译继续进行。</translation>
    </message>
    <message>
        <source>This network needs {least} images a step or more for each process; use a batch of {least_2}.</source>
        <translation>此网络的每个进程每步需要 {least} 张或更多图像；请把批大小设为 {least_2}。</translation>
    </message>
    <message>
        <source>This network needs {least} images a step or more; use a batch of {least_2}.</source>
        <translation>此网络每步需要 {least} 张或更多图像；请把批大小设为 {least_2}。</translation>
    </message>
    <message>
        <source>This pixel was not filled here.</source>
        <translation>此像素不是填充的。</translation>
    </message>
    <message>
        <source>This program may use only {limit} MB of memory here and needs {least} MB at least; raise the limit (&apos;ulimit -v&apos; shows it).</source>
        <translation>本程序在此只能使用 {limit} MB 内存，而至少需要 {least} MB；请提高限制（“ulimit -v”可显示）。</translation>
    </message>
    <message>
        <source>This program was packed without the kernel {name} for {types}; please report it.</source>
        <translation>本程序打包时未包含用于 {types} 的内核 {name}；请报告此问题。</translation>
    </message>
    <message>
        <source>This recipe needs the features of a trained {name}, and {path} is not there: get {url} and put it there.</source>
        <translation>此训练方案需要训练好的 {name} 的特征，而 {path} 不存在：请获取 {url} 并放到那里。</translation>
    </message>
    <message>
        <source>This training cannot be repeated from a file: {what}.</source>
        <translation>此训练无法由文件重复：{what}。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Time of one fill, without reading files and loading weights.</source>
        <translation>一次填充的时间，不含读取文件和加载权重。</translation>
    </message>
    <message>
        <source>Timing a few steps</source>
        <translation>试跑几步计时</translation>
    </message>
    <message>
        <source>Timing a few steps on this computer…</source>
        <translation>正在本机上试跑几步计时…</translation>
    </message>
    <message>
        <source>Tint</source>
        <translation>着色</translation>
    </message>
    <message>
        <source>To have these weights again, they must be imported or downloaded again.</source>
        <translation>要重新获得这些权重，必须再次导入或下载。</translation>
    </message>
    <message>
        <source>To judge texture it needs the file {name}, which is not here; without it, choose “Without judging texture” under More.</source>
        <translation>评判纹理需要文件 {name}，此处没有；没有它时，请在“更多”下选择“不评判纹理”。</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Train a model on your own photos</source>
        <translation>用您自己的照片训练模型</translation>
    </message>
    <message>
        <source>Train a network on a folder of photos, or continue from weights it has. The trained weights appear in
&apos;models list&apos; and can be trained further. Some photos are never trained on: they measure how well the
network fills, and the weights that fill them best are saved. Nothing is saved where these are no better
than the start or, from scratch, than a plain spread of colours. Ctrl+C measures the last steps, stops
and saves; a second one leaves the measurement out. A training without a length keeps to the phases of
its paper.
The weights of the last step stay in the output folder as &apos;last.safetensors&apos;, for &apos;models import&apos;.
The file &apos;run.toml&apos; in the output folder starts the same training again:
&apos;train --config-file run.toml -o DIR&apos;.
Where TensorBoard is installed, its files are written into &apos;tensorboard&apos; in the output folder. --log
wandb and --log mlflow write into folders there too, samples of your photos among it, and send them only
where WANDB_MODE=online or MLFLOW_TRACKING_URI is set.
</source>
        <translation>用一个文件夹的照片训练网络，或从它已有的权重继续。训练出的权重出现在“models list”中，
并可继续训练。有些照片从不用于训练：它们用来测量网络填充的效果，并保存填充得最好的权重。
如果不比开始时更好（从零训练时：不比简单扩散颜色更好），则不保存。Ctrl+C 测量最后几步后
停止并保存；再按一次则略去测量。没有给出长度的训练按论文的阶段进行。
最后一步的权重以“last.safetensors”留在输出文件夹中，供“models import”使用。
输出文件夹中的“run.toml”可再次开始同样的训练：
“train --config-file run.toml -o DIR”。
安装了 TensorBoard 时，其文件写入输出文件夹中的“tensorboard”。--log wandb 和 --log mlflow
也写入那里的文件夹，其中有您照片的样例；只有设置了 WANDB_MODE=online 或
MLFLOW_TRACKING_URI 时才会发送。
</translation>
    </message>
    <message>
        <source>Train longer</source>
        <translation>继续训练</translation>
    </message>
    <message>
        <source>Train without judging texture (the perceptual and style losses); the fills may come out smoother</source>
        <translation>训练时不评判纹理（感知损失和风格损失）；填充可能更平滑</translation>
    </message>
    <message>
        <source>Trained</source>
        <translation>训练所得</translation>
    </message>
    <message>
        <source>Trained at</source>
        <translation>训练尺寸</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>训练于</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Training in float16 needs a graphics card; use bfloat16 or float32 here.</source>
        <translation>以 float16 训练需要显卡；此处请使用 bfloat16 或 float32。</translation>
    </message>
    <message>
        <source>Training {model} from nothing</source>
        <translation>从零训练 {model}</translation>
    </message>
    <message>
        <source>Training {system} {base} on {counted} photos ({held_out} held out, {skipped} left out), {batch} crops of {size} px a step, on {device}.</source>
        <translation>正在训练 {system}（{base}），使用 {counted} 张照片（留出 {held_out} 张，略去 {skipped} 张），每步 {batch} 个 {size} 像素的裁块，在 {device} 上。</translation>
    </message>
    <message>
        <source>Translating {title}</source>
        <translation>正在转换 {title}</translation>
    </message>
    <message>
        <source>Truth</source>
        <translation>真实照片</translation>
    </message>
    <message>
        <source>Trying {title}</source>
        <translation>正在试用 {title}</translation>
    </message>
    <message>
        <source>Turn &amp;left</source>
        <translation>向左转(&amp;L)</translation>
    </message>
    <message>
        <source>Turn &amp;right</source>
        <translation>向右转(&amp;R)</translation>
    </message>
    <message>
        <source>Turn {name} to match the photo?</source>
        <translation>要旋转 {name} 以与照片一致吗？</translation>
    </message>
    <message>
        <source>Turning {title} into {kind}</source>
        <translation>正在把 {title} 转换为 {kind}</translation>
    </message>
    <message>
        <source>Two edges of a branch</source>
        <translation>树枝的两条边缘</translation>
    </message>
    <message>
        <source>Two of the files have one name; choose each only once.</source>
        <translation>其中两个文件同名；请每个只选一次。</translation>
    </message>
    <message>
        <source>Under another name, {name} stays as it is.</source>
        <translation>以另一个名称保存时，{name} 保持不变。</translation>
    </message>
    <message>
        <source>Under {mask}: {note}</source>
        <translation>使用 {mask}：{note}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo history</source>
        <translation>撤销历史</translation>
    </message>
    <message>
        <source>Undo history on disk</source>
        <translation>磁盘上的撤销历史</translation>
    </message>
    <message>
        <source>Undo {step}</source>
        <translation>撤销：{step}</translation>
    </message>
    <message>
        <source>Undo: cancel what runs</source>
        <translation>撤销：取消正在进行的操作</translation>
    </message>
    <message>
        <source>Undone: {label}.</source>
        <translation>已撤销：{label}。</translation>
    </message>
    <message>
        <source>Unmark all of the hole; once more, and the guide lines go, too</source>
        <translation>取消全部修复区；再按一次则连引导线一起清除</translation>
    </message>
    <message>
        <source>Unmark what should stay; Shift+click draws a straight line</source>
        <translation>取消标记要保留的部分；Shift+单击画直线</translation>
    </message>
    <message>
        <source>Unpacking {name}</source>
        <translation>正在解压 {name}</translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation>未保存的更改</translation>
    </message>
    <message>
        <source>Until I stop</source>
        <translation>直到我停止</translation>
    </message>
    <message>
        <source>Use --device {name} or auto.</source>
        <translation>请使用 --device {name} 或 auto。</translation>
    </message>
    <message>
        <source>Use --masks DIR.</source>
        <translation>请使用 --masks DIR。</translation>
    </message>
    <message>
        <source>Use as the start of fills</source>
        <translation>用作填充的起点</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use it: inpaint-studio fill PHOTO --model {name} -o OUT</source>
        <translation>使用方法：inpaint-studio fill PHOTO --model {name} -o OUT</translation>
    </message>
    <message>
        <source>Use the last weights</source>
        <translation>使用最后的权重</translation>
    </message>
    <message>
        <source>Use them</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Uses</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Version and licences</source>
        <translation>版本和许可</translation>
    </message>
    <message>
        <source>Version {version}, Python {python_version}. MIT licence.</source>
        <translation>版本 {version}，Python {python_version}。MIT 许可证。</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>WEIGHTS</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>WHAT IT DOES</source>
        <translation>功能</translation>
    </message>
    <message>
        <source>Wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <source>Wand, Object and masks</source>
        <translation>魔棒、物体和遮罩</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.pth *.pt *.ckpt *.t7 *.p *.index *.json *.zip *.onnx)</source>
        <translation>权重 (*.safetensors *.pth *.pt *.ckpt *.t7 *.p *.index *.json *.zip *.onnx)</translation>
    </message>
    <message>
        <source>Weights called &apos;{name}&apos; come with the program; give another name.</source>
        <translation>名为“{name}”的权重随程序提供；请取另一个名称。</translation>
    </message>
    <message>
        <source>Weights for {title}</source>
        <translation>{title} 的权重</translation>
    </message>
    <message>
        <source>Weights of VGG (*.pth)</source>
        <translation>VGG 权重 (*.pth)</translation>
    </message>
    <message>
        <source>Weights on this computer</source>
        <translation>本机上的权重</translation>
    </message>
    <message>
        <source>Weights whose licence was seen, one a line</source>
        <translation>已看过许可的权重，每行一个</translation>
    </message>
    <message>
        <source>Weights...</source>
        <translation>权重...</translation>
    </message>
    <message>
        <source>What a fill that copies starts from: the picture of a network, which knows what belongs in a large hole, or the colours of the hole&apos;s rim. Automatic: a network where it was measured to help</source>
        <translation>复制式填充的起点：网络绘制的图像（网络知道大片修复区里应有什么），或修复区边沿的颜色。自动：在实测有帮助之处使用网络</translation>
    </message>
    <message>
        <source>What changes</source>
        <translation>更改范围</translation>
    </message>
    <message>
        <source>What is done cannot be noted in {folder}: {reason}.</source>
        <translation>无法在 {folder} 中记录已完成的内容：{reason}。</translation>
    </message>
    <message>
        <source>What is marked to copy from is too small: mark more of the photo outside the hole, or exclude less of it.</source>
        <translation>标记为可复制的部分太小：请在修复区外多标记一些照片，或少排除一些。</translation>
    </message>
    <message>
        <source>What is marked to copy from is too small: mark more of the photo outside the hole.</source>
        <translation>标记为可复制的部分太小：请在修复区外多标记一些照片。</translation>
    </message>
    <message>
        <source>What is shown over the photo</source>
        <translation>照片上显示的内容</translation>
    </message>
    <message>
        <source>What is sky, grass or stone in your photos. The program finds classes by colour and texture, or takes your own maps: a PNG for each photo, with its name.</source>
        <translation>您的照片中哪里是天空、草地或石头。程序按颜色和纹理找出类别，也可使用您自己的标签图：每张照片一个同名的 PNG。</translation>
    </message>
    <message>
        <source>What marks sampling areas</source>
        <translation>标记取样区的方式</translation>
    </message>
    <message>
        <source>What may be done with these weights is unclear{terms}; ask their authors before any commercial use.</source>
        <translation>这些权重的使用范围不明{terms}；任何商业使用之前请征询其作者。</translation>
    </message>
    <message>
        <source>What the figures mean</source>
        <translation>各项数据的含义</translation>
    </message>
    <message>
        <source>What the new weights are called in the list of models</source>
        <translation>新权重在模型列表中的名称</translation>
    </message>
    <message>
        <source>What the operations on the hole change</source>
        <translation>对修复区的操作更改的范围</translation>
    </message>
    <message>
        <source>What the weights are called in the list of models</source>
        <translation>权重在模型列表中的名称</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Where networks compute</source>
        <translation>网络的计算设备</translation>
    </message>
    <message>
        <source>Where the fill came from</source>
        <translation>填充内容的来源</translation>
    </message>
    <message>
        <source>Where the window stood</source>
        <translation>窗口的位置</translation>
    </message>
    <message>
        <source>White is right here, the strongest colour is {longest} px away.</source>
        <translation>白色表示就在此处，最浓的颜色表示距离 {longest} 像素。</translation>
    </message>
    <message>
        <source>Whole</source>
        <translation>整体</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Width of drawn edges in image pixels</source>
        <translation>所画边缘的宽度，以图像像素计</translation>
    </message>
    <message>
        <source>Width of drawn edges in pixels of the photo</source>
        <translation>所画边缘的宽度，以照片像素计</translation>
    </message>
    <message>
        <source>Width of the band that is continued along a guide line, in image pixels</source>
        <translation>沿引导线延续的条带宽度，以图像像素计</translation>
    </message>
    <message>
        <source>Width of the brush in pixels of the photo</source>
        <translation>画笔的宽度，以照片像素计</translation>
    </message>
    <message>
        <source>Width of the eraser in pixels of the photo</source>
        <translation>橡皮擦的宽度，以照片像素计</translation>
    </message>
    <message>
        <source>Width of what continues along the line, in the photo&apos;s pixels</source>
        <translation>沿线延续内容的宽度，以照片像素计</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Wires</source>
        <translation>电线</translation>
    </message>
    <message>
        <source>With the discriminators of {join}, for a further training.</source>
        <translation>带有 {join} 的判别器，供继续训练使用。</translation>
    </message>
    <message>
        <source>With the hole</source>
        <translation>带修复区</translation>
    </message>
    <message>
        <source>Without an adversarial loss only &apos;edges&apos; teaches where edges are; set it above 0.</source>
        <translation>没有对抗损失时，只有“edges”教会边缘的位置；请把它设为大于 0。</translation>
    </message>
    <message>
        <source>Without an adversarial loss only &apos;hole&apos; teaches the hole; set it above 0.</source>
        <translation>没有对抗损失时，只有“hole”教会修复区；请把它设为大于 0。</translation>
    </message>
    <message>
        <source>Without judging texture</source>
        <translation>不评判纹理</translation>
    </message>
    <message>
        <source>Without the perceptual and style losses, which need the file of a trained VGG, if you do not have it. The fills may come out smoother.</source>
        <translation>不用感知损失和风格损失（它们需要训练好的 VGG 文件），适用于没有该文件的情况。填充可能更平滑。</translation>
    </message>
    <message>
        <source>Workers</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>Write a network with its weights: .safetensors for its tensors, .pt for TorchScript, .onnx for ONNX.
The exported programs take the image (1x3xHxW, RGB in 0..1) and the hole (1x1xHxW, 1 inside) and
return the filled image.
</source>
        <translation>写出网络及其权重：.safetensors 只含张量，.pt 为 TorchScript，.onnx 为 ONNX。
导出的程序接受图像（1x3xHxW，RGB，0..1）和修复区（1x1xHxW，区内为 1），
返回填充后的图像。
</translation>
    </message>
    <message>
        <source>Write the model whose weights you want: inpaint-studio models get MODEL.</source>
        <translation>请写出要获取权重的模型：inpaint-studio models get MODEL。</translation>
    </message>
    <message>
        <source>YEAR</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>Your browser opens the page. Download {names} there, then import it here.</source>
        <translation>浏览器会打开该页面。请在那里下载 {names}，然后在此导入。</translation>
    </message>
    <message>
        <source>Your work is back.</source>
        <translation>您的工作已恢复。</translation>
    </message>
    <message>
        <source>Your work is not kept for the case that the program is killed: {reason}. Save often.</source>
        <translation>程序被终止时您的工作将无法找回：{reason}。请经常保存。</translation>
    </message>
    <message>
        <source>Your work was not brought back: the photo here was changed meanwhile. Start again.</source>
        <translation>未恢复您的工作：当前照片在此期间已被修改。请重新启动程序。</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>以指针为中心缩放</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom of the photo</source>
        <translation>照片的缩放比例</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>[low, high]: 95 % interval of the mean, by the bootstrap over photos.</source>
        <translation>[低，高]：均值的 95 % 区间，由对照片的自助法得出。</translation>
    </message>
    <message>
        <source>a TIFF holds less than 4 GB</source>
        <translation>TIFF 的容量小于 4 GB</translation>
    </message>
    <message>
        <source>a block that is not a header</source>
        <translation>不是文件头的块</translation>
    </message>
    <message>
        <source>a checkout of the sources</source>
        <translation>源代码目录</translation>
    </message>
    <message>
        <source>a checkpoint, or its folder</source>
        <translation>检查点文件或其文件夹</translation>
    </message>
    <message>
        <source>a fault of the model: {name}: {error}</source>
        <translation>模型错误：{name}：{error}</translation>
    </message>
    <message>
        <source>a fault of the program: {reason} (set {traceback}=1 to see where)</source>
        <translation>程序错误：{reason}（设置 {traceback}=1 可查看位置）</translation>
    </message>
    <message>
        <source>a further training begins with a new one</source>
        <translation>继续训练时会从新的开始</translation>
    </message>
    <message>
        <source>a graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>a header of an impossible size</source>
        <translation>大小不可能的文件头</translation>
    </message>
    <message>
        <source>a header that points back</source>
        <translation>指向后方的文件头</translation>
    </message>
    <message>
        <source>a key or button held over the photo; the canvas handles it</source>
        <translation>在照片上按住的按键或鼠标键，由画布处理</translation>
    </message>
    <message>
        <source>a list of texts</source>
        <translation>文本列表</translation>
    </message>
    <message>
        <source>a mask of what alone may be copied</source>
        <translation>唯一可复制的部分的遮罩</translation>
    </message>
    <message>
        <source>a mask of what must not be copied; as every mask, white on black or paint</source>
        <translation>不得复制的部分的遮罩；与所有遮罩一样，黑底白色或涂画</translation>
    </message>
    <message>
        <source>a name that ends in .safetensors, .pt or .onnx</source>
        <translation>以 .safetensors、.pt 或 .onnx 结尾的名称</translation>
    </message>
    <message>
        <source>a network, or the name of weights to continue from</source>
        <translation>网络，或要继续训练的权重的名称</translation>
    </message>
    <message>
        <source>a night</source>
        <translation>一夜</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>a path, as text</source>
        <translation>路径，以文本表示</translation>
    </message>
    <message>
        <source>a setting of the recipe</source>
        <translation>训练方案的一个设置</translation>
    </message>
    <message>
        <source>a setting of the recipe for all variants</source>
        <translation>用于所有变体的训练方案设置</translation>
    </message>
    <message>
        <source>a setting that the file does not contain; see &apos;models info&apos;</source>
        <translation>文件中没有的设置；见“models info”</translation>
    </message>
    <message>
        <source>a single number</source>
        <translation>单个数字</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>a whole number from {least} to {most}{steps}</source>
        <translation>从 {least} 到 {most} 的整数{steps}</translation>
    </message>
    <message>
        <source>about {round} of the {photos} photos it learns from are seen</source>
        <translation>在用于学习的 {photos} 张照片中约看到 {round} 张</translation>
    </message>
    <message>
        <source>about {training_count}</source>
        <translation>约 {training_count}</translation>
    </message>
    <message>
        <source>activation before the attention</source>
        <translation>注意力之前的激活函数</translation>
    </message>
    <message>
        <source>add what is found to the hole: text, wires, dust, or the shadow beside what is marked; may be repeated</source>
        <translation>把找到的内容加入修复区：text、wires、dust，或标记旁的 shadow；可重复</translation>
    </message>
    <message>
        <source>adversarial</source>
        <translation>对抗</translation>
    </message>
    <message>
        <source>all models, one a line</source>
        <translation>所有模型，每行一个</translation>
    </message>
    <message>
        <source>an edge map, white on black</source>
        <translation>边缘图，黑底白色</translation>
    </message>
    <message>
        <source>an hour</source>
        <translation>一小时</translation>
    </message>
    <message>
        <source>and then:
  {command}</source>
        <translation>然后执行：
  {command}</translation>
    </message>
    <message>
        <source>and {more} more</source>
        <translation>以及另外 {more} 项</translation>
    </message>
    <message>
        <source>another number draws other holes</source>
        <translation>另一个数绘制另外的修复区</translation>
    </message>
    <message>
        <source>another number gives another fill (default: 0)</source>
        <translation>另一个数得到另一个填充（默认：0）</translation>
    </message>
    <message>
        <source>another number gives other fills (default: 0)</source>
        <translation>另一个数得到另外的填充（默认：0）</translation>
    </message>
    <message>
        <source>another number, other crops and holes (default: 0)</source>
        <translation>另一个数得到另外的裁块和修复区（默认：0）</translation>
    </message>
    <message>
        <source>another {name}</source>
        <translation>另一个 {name}</translation>
    </message>
    <message>
        <source>any size</source>
        <translation>任意大小</translation>
    </message>
    <message>
        <source>any size whose sides are multiples of {many} px</source>
        <translation>边长为 {many} 像素倍数的任意大小</translation>
    </message>
    <message>
        <source>anywhere in the window</source>
        <translation>窗口内任意位置</translation>
    </message>
    <message>
        <source>argument %(argument_name)s: %(message)s</source>
        <translation>参数 %(argument_name)s：%(message)s</translation>
    </message>
    <message>
        <source>as requested</source>
        <translation>按要求</translation>
    </message>
    <message>
        <source>as usual</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>as you guide it</source>
        <translation>按您的引导</translation>
    </message>
    <message>
        <source>asks to run {quote}, which no weights file needs and which was not done; do not use this file</source>
        <translation>要求运行 {quote}，权重文件不需要它，没有照做；请勿使用此文件</translation>
    </message>
    <message>
        <source>asks to run {quote}, which was not done; do not use this file</source>
        <translation>要求运行 {quote}，没有照做；请勿使用此文件</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>attention block between the residual blocks</source>
        <translation>残差块之间的注意力块</translation>
    </message>
    <message>
        <source>attention block of the second stage</source>
        <translation>第二阶段的注意力块</translation>
    </message>
    <message>
        <source>attention blocks</source>
        <translation>注意力块</translation>
    </message>
    <message>
        <source>auto, cpu, cuda, cuda:N or mps (default: auto)</source>
        <translation>auto、cpu、cuda、cuda:N 或 mps（默认：auto）</translation>
    </message>
    <message>
        <source>auto, float32, bfloat16 or float16 (default: auto)</source>
        <translation>auto、float32、bfloat16 或 float16（默认：auto）</translation>
    </message>
    <message>
        <source>auto, {names} or {list}</source>
        <translation>auto、{names} 或 {list}</translation>
    </message>
    <message>
        <source>begins with</source>
        <translation>开头为</translation>
    </message>
    <message>
        <source>between a photo&apos;s name and the ending (default: _mask)</source>
        <translation>照片名称与扩展名之间的部分（默认：_mask）</translation>
    </message>
    <message>
        <source>between checkpoints (default: 5)</source>
        <translation>检查点之间的间隔（默认：5）</translation>
    </message>
    <message>
        <source>between measurements with the held-out photos (default: 60)</source>
        <translation>用留出照片测量的间隔（默认：60）</translation>
    </message>
    <message>
        <source>between reports of progress (default: 0.5)</source>
        <translation>进度报告的间隔（默认：0.5）</translation>
    </message>
    <message>
        <source>blend its rim over N px outside it</source>
        <translation>在其外 N 像素范围内融合边沿</translation>
    </message>
    <message>
        <source>blend their rims over N px outside them</source>
        <translation>在其外 N 像素范围内融合边沿</translation>
    </message>
    <message>
        <source>blended</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>blocks of dilated convolutions</source>
        <translation>空洞卷积块的数目</translation>
    </message>
    <message>
        <source>broke off</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>channels at 4 px, 8 px and so on up to the resolution</source>
        <translation>4 像素、8 像素直至分辨率各级的通道数</translation>
    </message>
    <message>
        <source>channels at full size</source>
        <translation>原尺寸的通道数</translation>
    </message>
    <message>
        <source>channels of the code between encoder and decoder</source>
        <translation>编码器与解码器之间编码的通道数</translation>
    </message>
    <message>
        <source>channels of the encoder&apos;s stages, each of which halves the image</source>
        <translation>编码器各级的通道数，每级把图像减半</translation>
    </message>
    <message>
        <source>channels of the first layer</source>
        <translation>第一层的通道数</translation>
    </message>
    <message>
        <source>channels of the first layer; the paper&apos;s number is not known</source>
        <translation>第一层的通道数；论文中的数目未知</translation>
    </message>
    <message>
        <source>channels of the first level</source>
        <translation>第一级的通道数</translation>
    </message>
    <message>
        <source>channels of the second stage&apos;s last layers</source>
        <translation>第二阶段最后几层的通道数</translation>
    </message>
    <message>
        <source>channels that see the whole image</source>
        <translation>看到整幅图像的通道数</translation>
    </message>
    <message>
        <source>checked by its MD5</source>
        <translation>按其 MD5 校验</translation>
    </message>
    <message>
        <source>checked by its SHA-256</source>
        <translation>按其 SHA-256 校验</translation>
    </message>
    <message>
        <source>checked by the beginning of its SHA-256</source>
        <translation>按其 SHA-256 的开头校验</translation>
    </message>
    <message>
        <source>choose a network that takes holes anywhere</source>
        <translation>请选择可填充任意位置修复区的网络</translation>
    </message>
    <message>
        <source>claims to hold more numbers than such a file can; look for another one</source>
        <translation>声称含有的数值多于此类文件所能容纳；请另找一个</translation>
    </message>
    <message>
        <source>claims to hold more numbers than there are; download it again</source>
        <translation>声称含有的数值多于实际；请重新下载</translation>
    </message>
    <message>
        <source>class {number}</source>
        <translation>类别 {number}</translation>
    </message>
    <message>
        <source>classes of the map; the paper&apos;s number depends on its data</source>
        <translation>分布图的类别数；论文中的数目取决于其数据</translation>
    </message>
    <message>
        <source>classes that it tells apart</source>
        <translation>它能区分的类别数</translation>
    </message>
    <message>
        <source>coarse</source>
        <translation>粗略</translation>
    </message>
    <message>
        <source>coarse adversarial</source>
        <translation>粗略对抗</translation>
    </message>
    <message>
        <source>coarse critic</source>
        <translation>粗略评判</translation>
    </message>
    <message>
        <source>colours adapted by {adaptation:.0%}</source>
        <translation>颜色适应 {adaptation:.0%}</translation>
    </message>
    <message>
        <source>colours are normalised by ImageNet&apos;s mean and deviation, or to values from -1 to 1</source>
        <translation>颜色按 ImageNet 的均值和标准差归一化，或归一化到 -1 至 1</translation>
    </message>
    <message>
        <source>colours of the flow: papers has pink to the lower left, motion red to the right (default: papers)</source>
        <translation>来源图的颜色：papers 以粉色为左下，motion 以红色为右（默认：papers）</translation>
    </message>
    <message>
        <source>columns photo and mask, optionally kind and group</source>
        <translation>列 photo 和 mask，可另有 kind 和 group</translation>
    </message>
    <message>
        <source>comes with the program</source>
        <translation>随程序提供</translation>
    </message>
    <message>
        <source>commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>compile the networks first, where this machine has a compiler</source>
        <translation>如本机有编译器，先编译网络</translation>
    </message>
    <message>
        <source>continue from the checkpoint in the output folder</source>
        <translation>从输出文件夹中的检查点继续</translation>
    </message>
    <message>
        <source>converted or fine-tuned from the official ones, CC BY-NC 4.0; code without a licence</source>
        <translation>由官方权重转换或微调，CC BY-NC 4.0；代码无许可证</translation>
    </message>
    <message>
        <source>copied</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>copy as the code did that the published flip weights were trained with</source>
        <translation>按训练已发布的 flip 权重时代码的方式复制</translation>
    </message>
    <message>
        <source>copy mirrored pieces of the photo, too</source>
        <translation>也复制照片的镜像图块</translation>
    </message>
    <message>
        <source>copy the hole from this place, which its middle comes from; only its rim is searched, whatever the model</source>
        <translation>从此位置复制修复区，其中心取自该处；无论哪个模型，只搜索其边沿</translation>
    </message>
    <message>
        <source>critic</source>
        <translation>评判</translation>
    </message>
    <message>
        <source>crops smaller than {size} px (under More)</source>
        <translation>小于 {size} 像素的裁块（在“更多”下）</translation>
    </message>
    <message>
        <source>data for research only</source>
        <translation>数据仅限研究</translation>
    </message>
    <message>
        <source>default: all cores but one</source>
        <translation>默认：除一个以外的所有核心</translation>
    </message>
    <message>
        <source>default: best</source>
        <translation>默认：best</translation>
    </message>
    <message>
        <source>delete imported weights</source>
        <translation>删除导入的权重</translation>
    </message>
    <message>
        <source>describes a tensor that is larger than its numbers; download it again</source>
        <translation>描述了大于其数值的张量；请重新下载</translation>
    </message>
    <message>
        <source>detail copied</source>
        <translation>复制细节</translation>
    </message>
    <message>
        <source>did you mean &apos;{near}&apos;?</source>
        <translation>您是否指“{near}”？</translation>
    </message>
    <message>
        <source>dilations of the convolutions in a block, which share its channels</source>
        <translation>一个块中各卷积的空洞率，它们分享该块的通道</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>down</source>
        <translation>下</translation>
    </message>
    <message>
        <source>down left</source>
        <translation>左下</translation>
    </message>
    <message>
        <source>down right</source>
        <translation>右下</translation>
    </message>
    <message>
        <source>download published weights and import them</source>
        <translation>下载已发布的权重并导入</translation>
    </message>
    <message>
        <source>draw and erase, then fill</source>
        <translation>绘制和擦除，然后填充</translation>
    </message>
    <message>
        <source>drawn by the network</source>
        <translation>由网络绘制</translation>
    </message>
    <message>
        <source>drawn holes, where there are no masks (default: mixture)</source>
        <translation>没有遮罩时绘制的修复区（默认：mixture）</translation>
    </message>
    <message>
        <source>dust and spots</source>
        <translation>灰尘和斑点</translation>
    </message>
    <message>
        <source>each of the {photos} photos it learns from is seen about {times}</source>
        <translation>用于学习的 {photos} 张照片每张约看 {times}</translation>
    </message>
    <message>
        <source>each of the {photos} photos to train on</source>
        <translation>用于训练的 {photos} 张照片每张</translation>
    </message>
    <message>
        <source>each variant once with each (default: 0,1)</source>
        <translation>每个变体用各种子训练一次（默认：0,1）</translation>
    </message>
    <message>
        <source>edge adversarial</source>
        <translation>边缘对抗</translation>
    </message>
    <message>
        <source>edge critic</source>
        <translation>边缘评判网络</translation>
    </message>
    <message>
        <source>edge feature matching</source>
        <translation>边缘特征匹配</translation>
    </message>
    <message>
        <source>edge generator</source>
        <translation>边缘生成器</translation>
    </message>
    <message>
        <source>edge map</source>
        <translation>边缘图</translation>
    </message>
    <message>
        <source>edges</source>
        <translation>边缘</translation>
    </message>
    <message>
        <source>edges at a tenth of the rate</source>
        <translation>边缘以十分之一的速率</translation>
    </message>
    <message>
        <source>encoder norms frozen</source>
        <translation>编码器归一化冻结</translation>
    </message>
    <message>
        <source>end after N measurements without a better one</source>
        <translation>连续 N 次测量没有变好后结束</translation>
    </message>
    <message>
        <source>enlarge it by N px, such as 3 where the exact mask of letters leaves a ghost (default: 3 with --object, else 0)</source>
        <translation>扩展 N 像素，例如文字的精确遮罩会留下残影时用 3（默认：与 --object 同用时为 3，否则为 0）</translation>
    </message>
    <message>
        <source>enlarge the holes by N px</source>
        <translation>把修复区扩展 N 像素</translation>
    </message>
    <message>
        <source>every training (as for &apos;train&apos;)</source>
        <translation>每次训练（与“train”相同）</translation>
    </message>
    <message>
        <source>everything about one model, and where its weights are</source>
        <translation>一个模型的全部信息，以及其权重的位置</translation>
    </message>
    <message>
        <source>excluded parts</source>
        <translation>排除区</translation>
    </message>
    <message>
        <source>expected at least one argument</source>
        <translation>至少需要一个参数值</translation>
    </message>
    <message>
        <source>expected at most one argument</source>
        <translation>最多一个参数值</translation>
    </message>
    <message>
        <source>expected one argument</source>
        <translation>需要一个参数值</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>feature matching</source>
        <translation>特征匹配</translation>
    </message>
    <message>
        <source>figure that decides which weights are best: psnr, ssim or lpips (default: psnr)</source>
        <translation>决定哪组权重最好的指标：psnr、ssim 或 lpips（默认：psnr）</translation>
    </message>
    <message>
        <source>files of the best weights in the output folder (default: 1)</source>
        <translation>输出文件夹中最好权重的文件数（默认：1）</translation>
    </message>
    <message>
        <source>files, folders and patterns</source>
        <translation>文件、文件夹和通配形式</translation>
    </message>
    <message>
        <source>fill a hole in a photo</source>
        <translation>填充照片中的修复区</translation>
    </message>
    <message>
        <source>fill the holes of many photos</source>
        <translation>填充许多照片的修复区</translation>
    </message>
    <message>
        <source>fill with N seeds and take means (default: 1)</source>
        <translation>用 N 个种子填充并取均值（默认：1）</translation>
    </message>
    <message>
        <source>filled</source>
        <translation>已填充</translation>
    </message>
    <message>
        <source>find wires, dust, text or a shadow to fill</source>
        <translation>查找要填充的电线、灰尘、文字或阴影</translation>
    </message>
    <message>
        <source>folder for the results; it is made if needed</source>
        <translation>存放结果的文件夹；需要时会建立</translation>
    </message>
    <message>
        <source>folder of label maps, PNGs named like the photos (default: classes that are found in them)</source>
        <translation>标签图的文件夹，PNG 与照片同名（默认：在照片中找出的类别）</translation>
    </message>
    <message>
        <source>folder of mask files to train on instead, white in the hole</source>
        <translation>改用的训练遮罩文件夹，修复区内为白色</translation>
    </message>
    <message>
        <source>folder of mask files to use instead, white in the hole</source>
        <translation>改用的遮罩文件夹，修复区内为白色</translation>
    </message>
    <message>
        <source>folder, searched with all its subfolders</source>
        <translation>文件夹，包括其所有子文件夹</translation>
    </message>
    <message>
        <source>folder, with all its subfolders</source>
        <translation>文件夹，包括其所有子文件夹</translation>
    </message>
    <message>
        <source>for checkpoint, samples and a copy</source>
        <translation>存放检查点、样例和副本</translation>
    </message>
    <message>
        <source>for {steps:,} steps</source>
        <translation>进行 {steps:,} 步</translation>
    </message>
    <message>
        <source>free</source>
        <translation>可自由使用</translation>
    </message>
    <message>
        <source>from nothing</source>
        <translation>从零开始</translation>
    </message>
    <message>
        <source>from scratch</source>
        <translation>从零开始</translation>
    </message>
    <message>
        <source>from {base}</source>
        <translation>从 {base}</translation>
    </message>
    <message>
        <source>from {least:g} to {most:g}</source>
        <translation>从 {least:g} 到 {most:g}</translation>
    </message>
    <message>
        <source>full build</source>
        <translation>完整版</translation>
    </message>
    <message>
        <source>full build only</source>
        <translation>仅限完整版</translation>
    </message>
    <message>
        <source>global critic</source>
        <translation>全局评判网络</translation>
    </message>
    <message>
        <source>go on with the ablation in the folder of --report</source>
        <translation>继续 --report 文件夹中的消融实验</translation>
    </message>
    <message>
        <source>going on</source>
        <translation>正在继续</translation>
    </message>
    <message>
        <source>graphics cards, or processes without one (default: 1)</source>
        <translation>显卡数，没有显卡时为进程数（默认：1）</translation>
    </message>
    <message>
        <source>guidance</source>
        <translation>引导</translation>
    </message>
    <message>
        <source>guide lines</source>
        <translation>引导线</translation>
    </message>
    <message>
        <source>guide lines: every grey value, or every colour, is a line of its own</source>
        <translation>引导线：每个灰度值或每种颜色是一条单独的线</translation>
    </message>
    <message>
        <source>holds a container that lies inside itself; look for another file</source>
        <translation>含有包含自身的容器；请另找文件</translation>
    </message>
    <message>
        <source>holds a part ({quote}) that is larger than it can be; look for another file</source>
        <translation>含有大得不可能的部分（{quote}）；请另找文件</translation>
    </message>
    <message>
        <source>holds a storage of another size than it claims; download it again</source>
        <translation>含有大小与声称不符的存储；请重新下载</translation>
    </message>
    <message>
        <source>holds a tensor that was saved in slices; save it again in one piece</source>
        <translation>含有分片保存的张量；请整体重新保存</translation>
    </message>
    <message>
        <source>holds a tensor whose name is too long or not text; download it again</source>
        <translation>含有名称太长或不是文本的张量；请重新下载</translation>
    </message>
    <message>
        <source>holds a tensor whose size does not agree with its shape; download it again</source>
        <translation>含有大小与形状不符的张量；请重新下载</translation>
    </message>
    <message>
        <source>holds an object of a kind that is not known ({quote}); look for another file</source>
        <translation>含有未知类型的对象（{quote}）；请另找文件</translation>
    </message>
    <message>
        <source>holds more entries than a weights file has; look for another one</source>
        <translation>条目多于权重文件应有的数目；请另找一个</translation>
    </message>
    <message>
        <source>holds no tensors; choose the file with the network&apos;s weights</source>
        <translation>不含张量；请选择含有网络权重的文件</translation>
    </message>
    <message>
        <source>holds numbers of a type that no network here computes with (type {dtype}); look for another</source>
        <translation>含有此处没有网络使用的类型的数值（类型 {dtype}）；请另找一个</translation>
    </message>
    <message>
        <source>holds numbers that are not finite (NaN or infinity, in {quote}); its training had failed, so look for another file</source>
        <translation>含有非有限的数值（NaN 或无穷大，在 {quote} 中）；其训练已失败，请另找文件</translation>
    </message>
    <message>
        <source>holds numbers that are not finite ({text}); look for another file</source>
        <translation>含有非有限的数值（{text}）；请另找文件</translation>
    </message>
    <message>
        <source>holds numbers that do not agree with their checksum; download it again</source>
        <translation>含有与校验和不符的数值；请重新下载</translation>
    </message>
    <message>
        <source>holds tensors of an unusual kind ({quote}); {save_again}</source>
        <translation>含有特殊类型的张量（{quote}）；{save_again}</translation>
    </message>
    <message>
        <source>holds two tensors named {quote}; look for another file</source>
        <translation>含有两个名为 {quote} 的张量；请另找文件</translation>
    </message>
    <message>
        <source>holds {count} TensorFlow checkpoints; choose the .index file of one</source>
        <translation>含有 {count} 个 TensorFlow 检查点；请选择其中一个的 .index 文件</translation>
    </message>
    <message>
        <source>holds {kind} numbers, which no network here computes with; look for another file</source>
        <translation>含有 {kind} 数值，此处没有网络使用它们计算；请另找文件</translation>
    </message>
    <message>
        <source>holds {quote} numbers, which no network here computes with; look for another file</source>
        <translation>含有 {quote} 数值，此处没有网络使用它们计算；请另找文件</translation>
    </message>
    <message>
        <source>hole</source>
        <translation>修复区</translation>
    </message>
    <message>
        <source>hole grown by {grown} px</source>
        <translation>修复区扩展 {grown} 像素</translation>
    </message>
    <message>
        <source>hole of medium size</source>
        <translation>中等大小的修复区</translation>
    </message>
    <message>
        <source>holes to train and to measure on (default: the paper&apos;s)</source>
        <translation>用于训练和测量的修复区（默认：论文中的）</translation>
    </message>
    <message>
        <source>holes to train on: NAME, or NAME:SHARE,NAME:SHARE (default: the paper&apos;s)</source>
        <translation>用于训练的修复区：NAME，或 NAME:SHARE,NAME:SHARE（默认：论文中的）</translation>
    </message>
    <message>
        <source>how</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>how an untrained network is built; see &apos;models info&apos;</source>
        <translation>未训练网络的结构；见“models info”</translation>
    </message>
    <message>
        <source>how badly that critic tells drawn edges from real ones</source>
        <translation>该评判网络区分画出的边缘与真实边缘时的失误</translation>
    </message>
    <message>
        <source>how badly that critic tells rough pictures from real photos</source>
        <translation>该评判网络区分粗略图像与真实照片时的失误</translation>
    </message>
    <message>
        <source>how badly the critic tells its fills from real photos</source>
        <translation>评判网络区分其填充与真实照片时的失误</translation>
    </message>
    <message>
        <source>how colours are kept in their range: bent by a sigmoid, or clipped as a port does</source>
        <translation>颜色如何保持在范围内：用 sigmoid 弯曲，或像移植版那样截断</translation>
    </message>
    <message>
        <source>how far copied colours follow the light of a sky, a wall or a vignette (default: 0; with --from: 100)</source>
        <translation>复制的颜色跟随天空、墙面或暗角明暗的程度（默认：0；与 --from 同用时为 100）</translation>
    </message>
    <message>
        <source>how far crops change in colour: none, small or wide (default: small)</source>
        <translation>裁块颜色变化的幅度：none、small 或 wide（默认：small）</translation>
    </message>
    <message>
        <source>how far it is from knowing what is where in the photo, such as sky or water</source>
        <translation>它离知道照片中哪里是什么（例如天空或水）还差多少</translation>
    </message>
    <message>
        <source>how far its colours are from those of the class that was painted there</source>
        <translation>其颜色与该处所涂类别的颜色相差多少</translation>
    </message>
    <message>
        <source>how far its colours are from those of the real photo</source>
        <translation>其颜色与真实照片相差多少</translation>
    </message>
    <message>
        <source>how far its colours are from those of the real photo, inside the hole</source>
        <translation>在修复区内，其颜色与真实照片相差多少</translation>
    </message>
    <message>
        <source>how far its colours are from those of the real photo, outside the hole</source>
        <translation>在修复区外，其颜色与真实照片相差多少</translation>
    </message>
    <message>
        <source>how far its drawn edges are from real ones, as that critic sees them</source>
        <translation>在该评判网络看来，其画出的边缘与真实边缘相差多少</translation>
    </message>
    <message>
        <source>how far its drawn edges are from those of the real photo</source>
        <translation>其画出的边缘与真实照片的边缘相差多少</translation>
    </message>
    <message>
        <source>how far its fills are from the real photos, as the critic sees them</source>
        <translation>在评判网络看来，其填充与真实照片相差多少</translation>
    </message>
    <message>
        <source>how far its shapes are from those of the real photo, as a network sees them that knows objects</source>
        <translation>在一个认识物体的网络看来，其形状与真实照片相差多少</translation>
    </message>
    <message>
        <source>how far its textures are from those of the real photo</source>
        <translation>其纹理与真实照片相差多少</translation>
    </message>
    <message>
        <source>how far the colours of its first, rough picture are from those of the real photo</source>
        <translation>其最初的粗略图像的颜色与真实照片相差多少</translation>
    </message>
    <message>
        <source>how far what it sees in the hole is from what it would see in the real photo</source>
        <translation>它在修复区内看到的与它在真实照片中会看到的相差多少</translation>
    </message>
    <message>
        <source>how long (without these: until it is stopped)</source>
        <translation>时长（不给出时：直到停止）</translation>
    </message>
    <message>
        <source>how much the judgement of the critic changes over small differences</source>
        <translation>评判网络的判断随微小差异变化多少</translation>
    </message>
    <message>
        <source>how often the image is halved</source>
        <translation>图像减半的次数</translation>
    </message>
    <message>
        <source>how rough neighbouring pixels are; lower is smoother</source>
        <translation>相邻像素有多粗糙；越低越平滑</translation>
    </message>
    <message>
        <source>how the attention bounds a patch&apos;s length</source>
        <translation>注意力如何限制图块的长度</translation>
    </message>
    <message>
        <source>how the network of all variants is built; see &apos;models info&apos;</source>
        <translation>所有变体的网络结构；见“models info”</translation>
    </message>
    <message>
        <source>how well a critic tells its drawn edges from real ones</source>
        <translation>评判网络区分其画出的边缘与真实边缘的能力</translation>
    </message>
    <message>
        <source>how well a critic tells its first, rough pictures from real photos</source>
        <translation>评判网络区分其最初粗略图像与真实照片的能力</translation>
    </message>
    <message>
        <source>how well the critic, a second network, tells its fills from real photos</source>
        <translation>评判网络（第二个网络）区分其填充与真实照片的能力</translation>
    </message>
    <message>
        <source>ignored explicit argument %r</source>
        <translation>忽略了显式参数值 %r</translation>
    </message>
    <message>
        <source>image along drawn edges</source>
        <translation>沿所画边缘的图像</translation>
    </message>
    <message>
        <source>image along true edges</source>
        <translation>沿真实边缘的图像</translation>
    </message>
    <message>
        <source>images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>images a step (default: as for &apos;train&apos;)</source>
        <translation>每步的图像数（默认：与“train”相同）</translation>
    </message>
    <message>
        <source>images a step (default: the paper&apos;s; 4 or more on a processor)</source>
        <translation>每步的图像数（默认：论文中的；处理器上为 4 个或更多）</translation>
    </message>
    <message>
        <source>images of {min_side} px or more</source>
        <translation>{min_side} 像素或更大的图像</translation>
    </message>
    <message>
        <source>import them again</source>
        <translation>请重新导入</translation>
    </message>
    <message>
        <source>import weights from files</source>
        <translation>从文件导入权重</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>imported from files</source>
        <translation>从文件导入</translation>
    </message>
    <message>
        <source>in an hour</source>
        <translation>一小时内</translation>
    </message>
    <message>
        <source>in eight hours</source>
        <translation>八小时内</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message numerus="yes">
        <source>in {n} minutes</source>
        <translation>
            <numerusform>{n} 分钟内</numerusform>
        </translation>
    </message>
    <message>
        <source>inpaint-studio models get {system} --entry {id}</source>
        <translation>inpaint-studio models get {system} --entry {id}</translation>
    </message>
    <message>
        <source>inpaint-studio models import {names}</source>
        <translation>inpaint-studio models import {names}</translation>
    </message>
    <message>
        <source>install the program again</source>
        <translation>请重新安装程序</translation>
    </message>
    <message>
        <source>install these libraries with your system&apos;s package manager</source>
        <translation>请用系统的软件包管理器安装这些库</translation>
    </message>
    <message>
        <source>installed by pip</source>
        <translation>由 pip 安装</translation>
    </message>
    <message>
        <source>invalid %(type)s value: %(value)r</source>
        <translation>无效的 %(type)s 值：%(value)r</translation>
    </message>
    <message>
        <source>invalid choice: %(value)r (choose from %(choices)s)</source>
        <translation>无效的选择：%(value)r（可选 %(choices)s）</translation>
    </message>
    <message>
        <source>is JSON without a list of numbers; choose the file with the network&apos;s weights</source>
        <translation>是不含数值列表的 JSON；请选择含有网络权重的文件</translation>
    </message>
    <message>
        <source>is JSON, but much longer than a configuration is; choose the file with the network&apos;s weights</source>
        <translation>是 JSON，但远长于配置文件；请选择含有网络权重的文件</translation>
    </message>
    <message>
        <source>is a NumPy array, which is not read; look for the weights in another format</source>
        <translation>是 NumPy 数组，不读取此格式；请寻找其他格式的权重</translation>
    </message>
    <message>
        <source>is a TensorFlow checkpoint from before 0.12; save it again with a later TensorFlow</source>
        <translation>是 0.12 之前的 TensorFlow 检查点；请用较新的 TensorFlow 重新保存</translation>
    </message>
    <message>
        <source>is a TensorFlow checkpoint whose index is compressed; save it again with TensorFlow</source>
        <translation>是索引被压缩的 TensorFlow 检查点；请用 TensorFlow 重新保存</translation>
    </message>
    <message>
        <source>is a TensorFlow checkpoint without a header; download it again</source>
        <translation>是没有文件头的 TensorFlow 检查点；请重新下载</translation>
    </message>
    <message>
        <source>is a Torch7 file in text form; save it again in Torch7&apos;s binary form</source>
        <translation>是文本形式的 Torch7 文件；请以 Torch7 的二进制形式重新保存</translation>
    </message>
    <message>
        <source>is a TorchScript program without named weights, as frozen ones are; look for another file</source>
        <translation>是没有命名权重的 TorchScript 程序（如已冻结的程序）；请另找文件</translation>
    </message>
    <message>
        <source>is a folder without a TensorFlow checkpoint; choose the weights file inside</source>
        <translation>是不含 TensorFlow 检查点的文件夹；请选择其中的权重文件</translation>
    </message>
    <message>
        <source>is a packed folder ({kind}); unpack it and choose the weights file inside</source>
        <translation>是压缩的文件夹（{kind}）；请解压并选择其中的权重文件</translation>
    </message>
    <message>
        <source>is a pickle of an unusual kind; save its weights again with torch.save</source>
        <translation>是特殊类型的 pickle；请用 torch.save 重新保存其权重</translation>
    </message>
    <message>
        <source>is a pickle that torch.save did not write; save its weights with torch.save</source>
        <translation>是并非由 torch.save 写出的 pickle；请用 torch.save 保存其权重</translation>
    </message>
    <message>
        <source>is a web page, probably a login or a warning; download the weights themselves in a browser</source>
        <translation>是网页，可能是登录页或警告页；请用浏览器下载权重本身</translation>
    </message>
    <message>
        <source>is a zip of more files than a weights file has; look for another one</source>
        <translation>是文件数多于权重文件的 zip；请另找一个</translation>
    </message>
    <message>
        <source>is a zip of very many files; unpack it and choose the one with the network&apos;s weights</source>
        <translation>是含有大量文件的 zip；请解压并选择含有网络权重的文件</translation>
    </message>
    <message>
        <source>is a zip packed in an unusual way; unpack it and choose the file inside</source>
        <translation>是以特殊方式压缩的 zip；请解压并选择其中的文件</translation>
    </message>
    <message>
        <source>is a zip that unpacks to far more than weights do; do not use it</source>
        <translation>是解压后远大于权重的 zip；请勿使用</translation>
    </message>
    <message>
        <source>is a zip whose file {quote} leads outside its folder; do not use it</source>
        <translation>是 zip，其中的文件 {quote} 指向其文件夹之外；请勿使用</translation>
    </message>
    <message>
        <source>is a zip whose file {quote} unpacks to far more than weights do; do not use it</source>
        <translation>是 zip，其中的文件 {quote} 解压后远大于权重；请勿使用</translation>
    </message>
    <message>
        <source>is a zip with a password; unpack it and choose the file inside</source>
        <translation>是带密码的 zip；请解压并选择其中的文件</translation>
    </message>
    <message>
        <source>is a zip with two files named {quote}; look for another one</source>
        <translation>是含有两个同名文件 {quote} 的 zip；请另找一个</translation>
    </message>
    <message>
        <source>is a zip with {count} weights files; unpack it and choose one</source>
        <translation>是含有 {count} 个权重文件的 zip；请解压并选择一个</translation>
    </message>
    <message>
        <source>is a zip without a weights file; choose the file with the network&apos;s weights</source>
        <translation>是不含权重文件的 zip；请选择含有网络权重的文件</translation>
    </message>
    <message>
        <source>is an HDF5 file, which is not read; look for the weights in another format</source>
        <translation>是 HDF5 文件，不读取此格式；请寻找其他格式的权重</translation>
    </message>
    <message>
        <source>is cut off, damaged or compressed</source>
        <translation>不完整、已损坏或被压缩</translation>
    </message>
    <message>
        <source>is damaged or cut off; download it again</source>
        <translation>已损坏或不完整；请重新下载</translation>
    </message>
    <message>
        <source>is empty (0 bytes); download it again</source>
        <translation>是空的（0 字节）；请重新下载</translation>
    </message>
    <message>
        <source>is in a folder of very many files; put the checkpoint into a folder of its own</source>
        <translation>位于含有大量文件的文件夹中；请把检查点放入单独的文件夹</translation>
    </message>
    <message>
        <source>is nested too deeply for a configuration; look for another file</source>
        <translation>嵌套太深，不是配置文件；请另找文件</translation>
    </message>
    <message>
        <source>is nested too deeply for a weights file; look for another one</source>
        <translation>嵌套太深，不是权重文件；请另找一个</translation>
    </message>
    <message>
        <source>is not a file; choose a weights file</source>
        <translation>不是文件；请选择权重文件</translation>
    </message>
    <message>
        <source>is not a weights file of a known format; choose one of PyTorch, safetensors, Torch7 or TensorFlow</source>
        <translation>不是已知格式的权重文件；请选择 PyTorch、safetensors、Torch7 或 TensorFlow 的文件</translation>
    </message>
    <message>
        <source>is only a pointer to the weights (Git LFS); download the file itself</source>
        <translation>只是指向权重的指针（Git LFS）；请下载文件本身</translation>
    </message>
    <message>
        <source>is text, not weights; choose the file with the network&apos;s weights</source>
        <translation>是文本，不是权重；请选择含有网络权重的文件</translation>
    </message>
    <message>
        <source>it follows drawn lines, given as a further channel</source>
        <translation>它跟随作为附加通道给出的手绘线条</translation>
    </message>
    <message>
        <source>it has no weights yet</source>
        <translation>它还没有权重</translation>
    </message>
    <message>
        <source>it has none</source>
        <translation>它没有</translation>
    </message>
    <message>
        <source>it has none that can be left out</source>
        <translation>它没有可略去的损失</translation>
    </message>
    <message>
        <source>it has nothing to choose</source>
        <translation>它没有可选项</translation>
    </message>
    <message>
        <source>it has other inputs and outputs</source>
        <translation>它的输入和输出不同</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>它已损坏</translation>
    </message>
    <message>
        <source>it is more than chance</source>
        <translation>这并非偶然</translation>
    </message>
    <message>
        <source>it is nested too deeply</source>
        <translation>它嵌套太深</translation>
    </message>
    <message>
        <source>it is shown colours diffused from the rim of the hole, and draws what to add to them</source>
        <translation>它会看到从修复区边沿扩散的颜色，并画出要加在其上的内容</translation>
    </message>
    <message>
        <source>it is too large to be one</source>
        <translation>它太大，不可能是设置文件</translation>
    </message>
    <message>
        <source>it may be chance</source>
        <translation>这可能是偶然</translation>
    </message>
    <message>
        <source>its &apos;{name}&apos; has another form</source>
        <translation>它的“{name}”形式不同</translation>
    </message>
    <message>
        <source>its configuration does not fit {title} ({error})</source>
        <translation>其配置与 {title} 不符（{error}）</translation>
    </message>
    <message>
        <source>its entry_points.txt is damaged ({reason})</source>
        <translation>其 entry_points.txt 已损坏（{reason}）</translation>
    </message>
    <message>
        <source>its own place</source>
        <translation>它自己的位置</translation>
    </message>
    <message>
        <source>its transparency</source>
        <translation>其透明度</translation>
    </message>
    <message>
        <source>its values do not fit together</source>
        <translation>其数值彼此不符</translation>
    </message>
    <message>
        <source>keep everything there, and write the page</source>
        <translation>把全部内容保存在此，并写出网页</translation>
    </message>
    <message>
        <source>keeps freed memory for the next step</source>
        <translation>为下一步保留已释放的内存</translation>
    </message>
    <message>
        <source>keeps freed memory while a network computes</source>
        <translation>网络计算期间保留已释放的内存</translation>
    </message>
    <message>
        <source>known</source>
        <translation>已知部分</translation>
    </message>
    <message>
        <source>label map</source>
        <translation>标签图</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>lacks its numbers; put the file {quote} into the same folder</source>
        <translation>缺少其数值；请把文件 {quote} 放入同一文件夹</translation>
    </message>
    <message>
        <source>lacks {names}</source>
        <translation>缺少 {names}</translation>
    </message>
    <message>
        <source>large hole</source>
        <translation>大片修复区</translation>
    </message>
    <message>
        <source>large hole, fetched network</source>
        <translation>大片修复区，已获取的网络</translation>
    </message>
    <message>
        <source>largest norm of an update&apos;s gradients (default: none)</source>
        <translation>一次更新中梯度的最大范数（默认：none）</translation>
    </message>
    <message>
        <source>leave out --invert-mask</source>
        <translation>略去 --invert-mask</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>length in minutes</source>
        <translation>以分钟计的时长</translation>
    </message>
    <message>
        <source>length of each training; with --steps: at most</source>
        <translation>每次训练的时长；与 --steps 同用时为上限</translation>
    </message>
    <message>
        <source>less</source>
        <translation>减</translation>
    </message>
    <message>
        <source>let other programs go first, and leave one core to them</source>
        <translation>让其他程序优先，并留给它们一个核心</translation>
    </message>
    <message>
        <source>let other programs go first, leave one core to them</source>
        <translation>让其他程序优先，并留给它们一个核心</translation>
    </message>
    <message>
        <source>let the workers run on this Ray cluster: auto, HOST:PORT or ray://HOST:PORT</source>
        <translation>让工作进程在此 Ray 集群上运行：auto、HOST:PORT 或 ray://HOST:PORT</translation>
    </message>
    <message>
        <source>likeness, {held_out}</source>
        <translation>相似度，{held_out}</translation>
    </message>
    <message>
        <source>lists more tensors than a network has; look for another checkpoint</source>
        <translation>列出的张量多于一个网络应有的数目；请另找检查点</translation>
    </message>
    <message>
        <source>local critic</source>
        <translation>局部评判网络</translation>
    </message>
    <message>
        <source>looks like JSON but is damaged; download it again</source>
        <translation>像是 JSON，但已损坏；请重新下载</translation>
    </message>
    <message>
        <source>losses beside L1</source>
        <translation>L1 以外的损失</translation>
    </message>
    <message>
        <source>losses to leave out in all variants: perceptual, style or both</source>
        <translation>所有变体中略去的损失：perceptual、style 或两者</translation>
    </message>
    <message>
        <source>losses to leave out: perceptual, style or both</source>
        <translation>要略去的损失：perceptual、style 或两者</translation>
    </message>
    <message>
        <source>machines (default: 1)</source>
        <translation>机器数（默认：1）</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>遮罩</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>遮罩内</translation>
    </message>
    <message>
        <source>masks are black where the hole is</source>
        <translation>遮罩在修复区处为黑色</translation>
    </message>
    <message>
        <source>matched afterwards</source>
        <translation>事后匹配</translation>
    </message>
    <message>
        <source>may be repeated (default: auto); exemplar:start=none or exemplar:quality=fast has an option of its own</source>
        <translation>可重复（默认：auto）；exemplar:start=none 或 exemplar:quality=fast 带有自己的选项</translation>
    </message>
    <message>
        <source>measure N of the photos, chosen at random</source>
        <translation>随机选取 N 张照片测量</translation>
    </message>
    <message>
        <source>measure models side by side</source>
        <translation>对模型作并列测量</translation>
    </message>
    <message>
        <source>measuring the speed of this machine…</source>
        <translation>正在测量本机的速度…</translation>
    </message>
    <message>
        <source>mirrored</source>
        <translation>镜像翻转</translation>
    </message>
    <message>
        <source>mirrored pieces</source>
        <translation>镜像图块</translation>
    </message>
    <message>
        <source>models get {system}</source>
        <translation>models get {system}</translation>
    </message>
    <message>
        <source>more time</source>
        <translation>更多时间</translation>
    </message>
    <message>
        <source>name of the trained weights</source>
        <translation>训练出的权重的名称</translation>
    </message>
    <message>
        <source>name of the weights (default: after their source)</source>
        <translation>权重的名称（默认：按其来源）</translation>
    </message>
    <message>
        <source>names a TensorFlow checkpoint; put its .index and .data files into the same folder</source>
        <translation>指向一个 TensorFlow 检查点；请把其 .index 和 .data 文件放入同一文件夹</translation>
    </message>
    <message>
        <source>no NVIDIA card or driver was found</source>
        <translation>没有找到 NVIDIA 显卡或驱动程序</translation>
    </message>
    <message>
        <source>no folder can be written; the first fill of every start compiles for some seconds</source>
        <translation>没有可写的文件夹；每次启动后的首次填充需编译数秒</translation>
    </message>
    <message>
        <source>no weights</source>
        <translation>无权重</translation>
    </message>
    <message>
        <source>non-commercial</source>
        <translation>仅限非商业用途</translation>
    </message>
    <message>
        <source>none for {names}</source>
        <translation>{names} 没有权重</translation>
    </message>
    <message>
        <source>none have been imported yet</source>
        <translation>尚未导入任何权重</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>还没有</translation>
    </message>
    <message>
        <source>none yet: &apos;inpaint-studio models info MODEL&apos; says how to get them</source>
        <translation>还没有：“inpaint-studio models info MODEL”说明如何获取</translation>
    </message>
    <message>
        <source>norm before the activation as the authors have it, or after it as a port has it</source>
        <translation>归一化在激活之前（作者的做法），或在其后（移植版的做法）</translation>
    </message>
    <message>
        <source>not allowed with argument %s</source>
        <translation>不能与参数 %s 同用</translation>
    </message>
    <message>
        <source>not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>not needed</source>
        <translation>不需要</translation>
    </message>
    <message>
        <source>not needed: everything is compiled for this processor ({kind})</source>
        <translation>不需要：已为此处理器（{kind}）编译好全部内容</translation>
    </message>
    <message>
        <source>not reached</source>
        <translation>未处理</translation>
    </message>
    <message>
        <source>number of steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>numbers that networks compute with (default: auto)</source>
        <translation>网络计算所用的数值（默认：auto）</translation>
    </message>
    <message>
        <source>of the learning rates in each phase: constant, plateau or cosine (default: constant)</source>
        <translation>各阶段学习率的变化：constant、plateau 或 cosine（默认：constant）</translation>
    </message>
    <message>
        <source>of the learning rates: constant, plateau or cosine (default: constant)</source>
        <translation>学习率的变化：constant、plateau 或 cosine（默认：constant）</translation>
    </message>
    <message numerus="yes">
        <source>on {n} crops it has not seen</source>
        <translation>
            <numerusform>在未见过的 {n} 个裁块上</numerusform>
        </translation>
    </message>
    <message>
        <source>on {photos} photos</source>
        <translation>使用 {photos} 张照片</translation>
    </message>
    <message>
        <source>once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>one crop of {size} px</source>
        <translation>一个 {size} 像素的裁块</translation>
    </message>
    <message>
        <source>one rectangle that covers 3 to 50 %</source>
        <translation>覆盖 3 到 50 % 的一个矩形</translation>
    </message>
    <message>
        <source>one that needs no weights</source>
        <translation>不需要权重的一个</translation>
    </message>
    <message>
        <source>only list the photos with their masks and results</source>
        <translation>只列出照片及其遮罩和结果</translation>
    </message>
    <message>
        <source>open the page where only a browser gets the file</source>
        <translation>文件只能由浏览器下载时，打开其页面</translation>
    </message>
    <message>
        <source>options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>or</source>
        <translation>或</translation>
    </message>
    <message>
        <source>or start from nothing with --from {scratch}.</source>
        <translation>或用 --from {scratch} 从零开始。</translation>
    </message>
    <message>
        <source>order of colours in the file</source>
        <translation>文件中颜色的顺序</translation>
    </message>
    <message>
        <source>other {name}</source>
        <translation>其他 {name}</translation>
    </message>
    <message>
        <source>over 60 %</source>
        <translation>超过 60 %</translation>
    </message>
    <message>
        <source>over 99 %</source>
        <translation>超过 99 %</translation>
    </message>
    <message>
        <source>packed, for NVIDIA cards and the processor</source>
        <translation>打包版，用于 NVIDIA 显卡和处理器</translation>
    </message>
    <message>
        <source>packed, for the processor</source>
        <translation>打包版，用于处理器</translation>
    </message>
    <message>
        <source>packed, without PyTorch: no training</source>
        <translation>打包版，不含 PyTorch：无法训练</translation>
    </message>
    <message>
        <source>paint over what is wrong, then fill</source>
        <translation>涂改错误之处，然后填充</translation>
    </message>
    <message>
        <source>painted</source>
        <translation>涂画</translation>
    </message>
    <message>
        <source>painted classes: their numbers, as greys or as a palette, or with names as saved here</source>
        <translation>涂画的类别：其编号，以灰度或调色板表示，或带有在此保存的名称</translation>
    </message>
    <message>
        <source>patches that touch the hole get the score 0, or are left out of the attention</source>
        <translation>触及修复区的图块得分为 0，或不参与注意力</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>pausing</source>
        <translation>正在暂停</translation>
    </message>
    <message>
        <source>perceptual</source>
        <translation>感知</translation>
    </message>
    <message>
        <source>phase {number} of {phases}: {phase}</source>
        <translation>阶段 {number}/{phases}：{phase}</translation>
    </message>
    <message>
        <source>phase {number} of {phases}: {phase}, {percent} % done</source>
        <translation>阶段 {number}/{phases}：{phase}，已完成 {percent} %</translation>
    </message>
    <message>
        <source>photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>positional arguments</source>
        <translation>位置参数</translation>
    </message>
    <message>
        <source>print one JSON object and nothing else</source>
        <translation>只输出一个 JSON 对象</translation>
    </message>
    <message>
        <source>processes that load photos</source>
        <translation>加载照片的进程数</translation>
    </message>
    <message>
        <source>processes; each loads its model once (default: 1)</source>
        <translation>进程数；每个进程加载一次模型（默认：1）</translation>
    </message>
    <message>
        <source>r1</source>
        <translation>r1</translation>
    </message>
    <message>
        <source>random walks, as naoto0804 trains PConv</source>
        <translation>随机游走，naoto0804 训练 PConv 的方式</translation>
    </message>
    <message>
        <source>reconstruction</source>
        <translation>重建</translation>
    </message>
    <message>
        <source>refuse other weights to start from than those with this SHA-256</source>
        <translation>拒绝 SHA-256 不同的起始权重</translation>
    </message>
    <message>
        <source>residual blocks</source>
        <translation>残差块的数目</translation>
    </message>
    <message>
        <source>residual blocks that infer the context</source>
        <translation>推断上下文的残差块</translation>
    </message>
    <message>
        <source>residual blocks: 18 in Big LaMa, 9 in LaMa-Fourier</source>
        <translation>残差块的数目：Big LaMa 为 18，LaMa-Fourier 为 9</translation>
    </message>
    <message>
        <source>result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>right here</source>
        <translation>就在此处</translation>
    </message>
    <message>
        <source>round a plane are zeros as in TensorFlow or as in PyTorch, or its mirrored pixels</source>
        <translation>平面周围是像 TensorFlow 那样的零、像 PyTorch 那样的零，还是其镜像像素</translation>
    </message>
    <message>
        <source>save its plain weights with torch.save(model.state_dict(), ...)</source>
        <translation>请用 torch.save(model.state_dict(), ...) 保存其纯权重</translation>
    </message>
    <message>
        <source>save the classes that the model predicted, with their names and colours</source>
        <translation>保存模型预测的类别，连同其名称和颜色</translation>
    </message>
    <message>
        <source>save the photo as it was and as it is now, too: for bird.png bird-before.png and bird-after.png</source>
        <translation>同时保存原来的和现在的照片：对 bird.png 为 bird-before.png 和 bird-after.png</translation>
    </message>
    <message>
        <source>save where the pixels came from: .png for an image, .html for a page to point at, .svg for a figure with arrows, .flo for numbers</source>
        <translation>保存像素的来源：.png 为图像，.html 为可指点的网页，.svg 为带箭头的图示，.flo 为数值</translation>
    </message>
    <message>
        <source>saved as, or why not</source>
        <translation>保存为，或未保存的原因</translation>
    </message>
    <message>
        <source>scale by the window&apos;s size over its known values as the paper does, not by one over these</source>
        <translation>像论文那样按窗口大小与已知值数目之比缩放，而不是除以后者</translation>
    </message>
    <message>
        <source>seam {seam:.2f}</source>
        <translation>接缝 {seam:.2f}</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>see &apos;models list&apos; (default: auto, which chooses by the hole)</source>
        <translation>见“models list”（默认：auto，按修复区选择）</translation>
    </message>
    <message>
        <source>seed of the fills, not of the holes (default: 0)</source>
        <translation>填充的种子，不是修复区的（默认：0）</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>种子 {seed}</translation>
    </message>
    <message>
        <source>seeds ± {spread}</source>
        <translation>种子 ± {spread}</translation>
    </message>
    <message>
        <source>sha256 begins with</source>
        <translation>sha256 开头为</translation>
    </message>
    <message>
        <source>shapes like objects that users remove, 3 to 50 %</source>
        <translation>与用户所去除物体相似的形状，3 到 50 %</translation>
    </message>
    <message>
        <source>sharpness {sharpness:.2f}</source>
        <translation>清晰度 {sharpness:.2f}</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>随附</translation>
    </message>
    <message>
        <source>show program&apos;s version number and exit</source>
        <translation>显示程序的版本号并退出</translation>
    </message>
    <message>
        <source>show this help message and exit</source>
        <translation>显示此帮助信息并退出</translation>
    </message>
    <message>
        <source>side of the crops (default: 64)</source>
        <translation>裁块的边长（默认：64）</translation>
    </message>
    <message>
        <source>side of the crops (default: that of the weights, or the paper&apos;s)</source>
        <translation>裁块的边长（默认：与权重相同，或按论文）</translation>
    </message>
    <message>
        <source>side of the images it takes, in px</source>
        <translation>它接受的图像边长，像素</translation>
    </message>
    <message>
        <source>side of the square that .pt and .onnx take</source>
        <translation>.pt 和 .onnx 接受的正方形的边长</translation>
    </message>
    <message>
        <source>size not stated</source>
        <translation>未说明大小</translation>
    </message>
    <message>
        <source>skip what is done already</source>
        <translation>跳过已完成的</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>small text and date stamps</source>
        <translation>小字和日期印记</translation>
    </message>
    <message>
        <source>smaller sides for some of the batches, such as 64,96 (default: none)</source>
        <translation>部分批次使用的较小边长，例如 64,96（默认：无）</translation>
    </message>
    <message>
        <source>spread</source>
        <translation>扩散</translation>
    </message>
    <message>
        <source>start as this file says, such as the run.toml of a run folder; other options come on top</source>
        <translation>按此文件开始，例如运行文件夹中的 run.toml；其他选项优先</translation>
    </message>
    <message>
        <source>start with this set, or its file; &apos;scratch&apos;: an untrained network</source>
        <translation>从这组权重或其文件开始；“scratch”：未训练的网络</translation>
    </message>
    <message>
        <source>start: {names}</source>
        <translation>起点：{names}</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>step 000000</source>
        <translation>第 000000 步</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
    <message>
        <source>steps in which the hole becomes cells</source>
        <translation>修复区分几步变为单元格</translation>
    </message>
    <message>
        <source>steps of each training</source>
        <translation>每次训练的步数</translation>
    </message>
    <message>
        <source>steps until the full rate (default: 0)</source>
        <translation>达到完整学习率之前的步数（默认：0）</translation>
    </message>
    <message>
        <source>steps until the full rate, in each phase (default: 0)</source>
        <translation>各阶段达到完整学习率之前的步数（默认：0）</translation>
    </message>
    <message>
        <source>stopped in its phase &apos;{phase}&apos;</source>
        <translation>停在阶段“{phase}”</translation>
    </message>
    <message>
        <source>strokes that cover 3 to 50 %</source>
        <translation>覆盖 3 到 50 % 的笔画</translation>
    </message>
    <message>
        <source>strokes, or boxes</source>
        <translation>笔画或方框</translation>
    </message>
    <message>
        <source>style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>take a few steps, report how far it would get, keep nothing</source>
        <translation>跑几步，报告能进行多远，不保留任何内容</translation>
    </message>
    <message>
        <source>texture</source>
        <translation>纹理</translation>
    </message>
    <message>
        <source>the choice of the model is automatic now</source>
        <translation>现在改为自动选择模型</translation>
    </message>
    <message>
        <source>the connection broke</source>
        <translation>连接中断</translation>
    </message>
    <message>
        <source>the disk does not take files that large; choose another folder or format</source>
        <translation>磁盘不接受这么大的文件；请选择另一个文件夹或格式</translation>
    </message>
    <message>
        <source>the disk failed</source>
        <translation>磁盘出错</translation>
    </message>
    <message>
        <source>the disk is full; make room or choose another folder</source>
        <translation>磁盘已满；请腾出空间或选择另一个文件夹</translation>
    </message>
    <message>
        <source>the disk is read-only; choose another folder</source>
        <translation>磁盘是只读的；请选择另一个文件夹</translation>
    </message>
    <message>
        <source>the excluded part</source>
        <translation>排除区</translation>
    </message>
    <message>
        <source>the first layer has a bias</source>
        <translation>第一层有偏置</translation>
    </message>
    <message>
        <source>the folder is not writable; choose another</source>
        <translation>文件夹不可写；请选择另一个</translation>
    </message>
    <message>
        <source>the following arguments are required: %s</source>
        <translation>缺少必需的参数：%s</translation>
    </message>
    <message>
        <source>the graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>the guide line</source>
        <translation>引导线</translation>
    </message>
    <message>
        <source>the guide lines</source>
        <translation>引导线</translation>
    </message>
    <message>
        <source>the hole</source>
        <translation>修复区</translation>
    </message>
    <message>
        <source>the hole is the object in this box: from the left, from the top, width and height, in pixels</source>
        <translation>修复区为此方框中的物体：距左、距上、宽和高，以像素计</translation>
    </message>
    <message>
        <source>the hole, white, beside which a shadow lies</source>
        <translation>修复区，白色，阴影在其旁</translation>
    </message>
    <message>
        <source>the labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>the layers that draw the images have gates, too</source>
        <translation>绘制图像的层也有门控</translation>
    </message>
    <message>
        <source>the mask</source>
        <translation>遮罩</translation>
    </message>
    <message>
        <source>the mask has no hole: nothing in it is white (128 and above).</source>
        <translation>遮罩没有修复区：其中没有白色（128 及以上）。</translation>
    </message>
    <message>
        <source>the mask is black where the hole is</source>
        <translation>遮罩在修复区处为黑色</translation>
    </message>
    <message>
        <source>the mask, a name that ends in .png</source>
        <translation>遮罩，以 .png 结尾的名称</translation>
    </message>
    <message>
        <source>the masks, or one for all photos (default: beside the photos)</source>
        <translation>遮罩，或所有照片共用的一个（默认：与照片放在一起）</translation>
    </message>
    <message>
        <source>the middle 128 of 256 px, for networks of fixed holes</source>
        <translation>256 像素正中的 128，用于修复区固定的网络</translation>
    </message>
    <message>
        <source>the middle 56 of 128 px: what the Context Encoder does not see</source>
        <translation>128 像素正中的 56：Context Encoder 看不到的部分</translation>
    </message>
    <message>
        <source>the name &apos;{name}&apos; is taken by another model</source>
        <translation>名称“{name}”已被另一个模型使用</translation>
    </message>
    <message>
        <source>the name is a link that leads in a circle; choose another</source>
        <translation>该名称是循环的链接；请选择另一个</translation>
    </message>
    <message>
        <source>the name is too long; choose a shorter one</source>
        <translation>名称太长；请选择更短的名称</translation>
    </message>
    <message>
        <source>the network (default: deepfill-v1)</source>
        <translation>网络（默认：deepfill-v1）</translation>
    </message>
    <message>
        <source>the network whose picture a fill that copies starts from; &apos;none&apos; starts from the rim of the hole (default: auto, a shipped network in large holes if it was measured to help)</source>
        <translation>其图像作为复制式填充起点的网络；“none”从修复区的边沿开始（默认：auto，在大片修复区中使用随附的、实测有帮助的网络）</translation>
    </message>
    <message>
        <source>the one photo</source>
        <translation>唯一的一张照片</translation>
    </message>
    <message>
        <source>the one photo it learns from is seen about {times}</source>
        <translation>用于学习的唯一一张照片约看 {times}</translation>
    </message>
    <message>
        <source>the only one there is</source>
        <translation>唯一的一个</translation>
    </message>
    <message>
        <source>the other mask</source>
        <translation>另一个遮罩</translation>
    </message>
    <message>
        <source>the parts to copy from</source>
        <translation>可复制的部分</translation>
    </message>
    <message>
        <source>the photo to look at</source>
        <translation>要查看的照片</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>the run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>the same place</source>
        <translation>同一位置</translation>
    </message>
    <message>
        <source>the same without the border</source>
        <translation>同上，不含边界</translation>
    </message>
    <message>
        <source>the same without the border, 50 px of 512</source>
        <translation>同上，不含边界，512 中的 50 像素</translation>
    </message>
    <message>
        <source>the sampling area</source>
        <translation>取样区</translation>
    </message>
    <message>
        <source>the sampling areas</source>
        <translation>取样区</translation>
    </message>
    <message>
        <source>the second stage is given the hole, too</source>
        <translation>第二阶段也得到修复区</translation>
    </message>
    <message>
        <source>the shadow beside the hole</source>
        <translation>修复区旁的阴影</translation>
    </message>
    <message>
        <source>the system&apos;s own; only glibc&apos;s is tuned</source>
        <translation>系统自带的；只调整 glibc 的</translation>
    </message>
    <message>
        <source>the variant for faces, which also copies from the mirrored image</source>
        <translation>用于人脸的变体，它也从镜像图像复制</translation>
    </message>
    <message>
        <source>the whole photo in one pass, for reproducing papers</source>
        <translation>整张照片一次处理，用于重现论文</translation>
    </message>
    <message>
        <source>there are {names}</source>
        <translation>有 {names}</translation>
    </message>
    <message>
        <source>there are {names}.</source>
        <translation>有 {names}。</translation>
    </message>
    <message>
        <source>there is not enough memory for it.</source>
        <translation>内存不足，无法进行。</translation>
    </message>
    <message>
        <source>there is {names}</source>
        <translation>有 {names}</translation>
    </message>
    <message>
        <source>they are not beside it</source>
        <translation>它们不在其旁</translation>
    </message>
    <message>
        <source>thin hole</source>
        <translation>细小的修复区</translation>
    </message>
    <message>
        <source>thin hole across an edge</source>
        <translation>横跨边缘的细小修复区</translation>
    </message>
    <message>
        <source>thin hole on flat ground</source>
        <translation>平坦背景上的细小修复区</translation>
    </message>
    <message>
        <source>thin hole on smooth ground</source>
        <translation>平滑背景上的细小修复区</translation>
    </message>
    <message>
        <source>thin hole through grain</source>
        <translation>穿过颗粒的细小修复区</translation>
    </message>
    <message>
        <source>this build of torch supports only the processor</source>
        <translation>此版本的 torch 只支持处理器</translation>
    </message>
    <message>
        <source>this model computes on the processor</source>
        <translation>此模型在处理器上计算</translation>
    </message>
    <message>
        <source>this program&apos;s own: half of them strokes, else rectangles and shapes of objects</source>
        <translation>本程序自带的：一半为笔画，其余为矩形和物体形状</translation>
    </message>
    <message>
        <source>to choose it, start from nothing with --from {scratch}.</source>
        <translation>要选择它，请用 --from {scratch} 从零开始。</translation>
    </message>
    <message>
        <source>torch does not start ({splitlines})</source>
        <translation>torch 无法启动（{splitlines}）</translation>
    </message>
    <message>
        <source>torch is not installed</source>
        <translation>未安装 torch</translation>
    </message>
    <message>
        <source>torchvision&apos;s weights of the VGG that a loss needs</source>
        <translation>某项损失所需的 torchvision 的 VGG 权重</translation>
    </message>
    <message>
        <source>torchvision&apos;s weights of the VGG that a recipe needs</source>
        <translation>训练方案所需的 torchvision 的 VGG 权重</translation>
    </message>
    <message>
        <source>total variation</source>
        <translation>总变差</translation>
    </message>
    <message>
        <source>train a network on your own photos</source>
        <translation>用您自己的照片训练网络</translation>
    </message>
    <message>
        <source>train variants of a network and compare them</source>
        <translation>训练网络的多个变体并比较</translation>
    </message>
    <message>
        <source>trained</source>
        <translation>训练所得</translation>
    </message>
    <message>
        <source>trained here</source>
        <translation>在此训练</translation>
    </message>
    <message>
        <source>trained on images of up to {size} px</source>
        <translation>用最大 {size} 像素的图像训练</translation>
    </message>
    <message>
        <source>training data not known here</source>
        <translation>此处不知道训练数据</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>turn the mask clockwise by 0, 90, 180 or 270; &apos;camera&apos;: as the photo was turned on opening</source>
        <translation>把遮罩顺时针旋转 0、90、180 或 270 度；“camera”：与打开照片时的旋转相同</translation>
    </message>
    <message>
        <source>turned by {degrees} degrees</source>
        <translation>旋转 {degrees} 度</translation>
    </message>
    <message>
        <source>twice</source>
        <translation>两次</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>未改变</translation>
    </message>
    <message>
        <source>unchanged ({switch}=system)</source>
        <translation>未改变（{switch}=system）</translation>
    </message>
    <message>
        <source>under 0.1 %</source>
        <translation>不到 0.1 %</translation>
    </message>
    <message>
        <source>under 1 %</source>
        <translation>不到 1 %</translation>
    </message>
    <message>
        <source>unrecognized arguments: %s</source>
        <translation>无法识别的参数：%s</translation>
    </message>
    <message>
        <source>until its losses stop falling</source>
        <translation>直到损失不再下降</translation>
    </message>
    <message>
        <source>up</source>
        <translation>上</translation>
    </message>
    <message>
        <source>up left</source>
        <translation>左上</translation>
    </message>
    <message>
        <source>up right</source>
        <translation>右上</translation>
    </message>
    <message>
        <source>updates that new discriminators learn alone when fine-tuning (default: 100)</source>
        <translation>微调时新判别器单独学习的更新次数（默认：100）</translation>
    </message>
    <message>
        <source>usage: </source>
        <translation>用法：</translation>
    </message>
    <message>
        <source>valid</source>
        <translation>有效部分</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>was saved on a machine of the other byte order; save it again on this kind of machine</source>
        <translation>是在另一种字节序的机器上保存的；请在此类机器上重新保存</translation>
    </message>
    <message>
        <source>was written by pickle and not by torch; {save_again}</source>
        <translation>由 pickle 而非 torch 写出；{save_again}</translation>
    </message>
    <message>
        <source>what can fill a hole, and the weights for it</source>
        <translation>可填充修复区的模型及其权重</translation>
    </message>
    <message>
        <source>what is found</source>
        <translation>找到的内容</translation>
    </message>
    <message>
        <source>what this machine has and lacks</source>
        <translation>本机具备和缺少的内容</translation>
    </message>
    <message>
        <source>what to look for</source>
        <translation>要查找的内容</translation>
    </message>
    <message>
        <source>where figures go: tensorboard, wandb, mlflow or none (default: tensorboard if installed)</source>
        <translation>数据的去向：tensorboard、wandb、mlflow 或 none（默认：如已安装则为 tensorboard）</translation>
    </message>
    <message>
        <source>where patches overlap, divide by four or by how many there are</source>
        <translation>图块重叠处除以四，或除以重叠的数目</translation>
    </message>
    <message>
        <source>where the image is known, draw along its own edges (section 3.2), not predicted ones</source>
        <translation>在图像已知处沿其自身的边缘（第 3.2 节）绘制，而不是沿预测的边缘</translation>
    </message>
    <message>
        <source>where to look for the files first (default: $INPAINT_STUDIO_MIRROR)</source>
        <translation>首先在何处查找文件（默认：$INPAINT_STUDIO_MIRROR）</translation>
    </message>
    <message>
        <source>whether convolutions have a bias</source>
        <translation>卷积是否有偏置</translation>
    </message>
    <message>
        <source>whether the attention prefers patches that adjoin</source>
        <translation>注意力是否偏好相邻的图块</translation>
    </message>
    <message>
        <source>whether the network is given the hole as a channel of its own</source>
        <translation>网络是否把修复区作为单独的通道</translation>
    </message>
    <message>
        <source>which of several published sets; see &apos;models info&apos;</source>
        <translation>多组已发布权重中的哪一组；见“models info”</translation>
    </message>
    <message>
        <source>which values the attention keeps of a plane</source>
        <translation>注意力保留平面中的哪些值</translation>
    </message>
    <message>
        <source>while the photo has the focus</source>
        <translation>照片获得焦点时</translation>
    </message>
    <message>
        <source>white on black, or paint on transparency; several are filled as one (default: the photo&apos;s transparency)</source>
        <translation>黑底白色，或在透明背景上涂画；多个遮罩合为一个填充（默认：照片的透明部分）</translation>
    </message>
    <message>
        <source>white where the holes are, named after the photos</source>
        <translation>修复区处为白色，按照片命名</translation>
    </message>
    <message>
        <source>whole numbers from {least_size} to {most_size} with commas between them</source>
        <translation>{least_size} 到 {most_size} 的整数，以逗号分隔</translation>
    </message>
    <message>
        <source>whole photos in one pass, for reproducing papers</source>
        <translation>整张照片一次处理，用于重现论文</translation>
    </message>
    <message>
        <source>wires</source>
        <translation>电线</translation>
    </message>
    <message>
        <source>with --flow: fill once more with this mask of what must not be copied instead of --donors, and show both flows side by side</source>
        <translation>与 --flow 同用：改用此遮罩（代替 --donors）作为不得复制的部分再填充一次，并排显示两张来源图</translation>
    </message>
    <message>
        <source>with --plain: save the model&apos;s own output</source>
        <translation>与 --plain 同用：保存模型自身的输出</translation>
    </message>
    <message>
        <source>without it: what there is, the best first</source>
        <translation>不给出时：列出可下载的内容，最好的在前</translation>
    </message>
    <message>
        <source>write a network with its weights for other programs</source>
        <translation>把网络及其权重写出给其他程序使用</translation>
    </message>
    <message>
        <source>write a page with figures and images there</source>
        <translation>在此写出含数据和图像的网页</translation>
    </message>
    <message>
        <source>write each fill&apos;s figures there; again with it: only what is missing</source>
        <translation>在此写出每次填充的数据；再次使用时只补缺少的</translation>
    </message>
    <message>
        <source>write names = [&quot;sky&quot;, &quot;grass&quot;], class 1 first</source>
        <translation>请写 names = [&quot;sky&quot;, &quot;grass&quot;]，类别 1 在前</translation>
    </message>
    <message>
        <source>write the table there, also by group and kind of hole</source>
        <translation>在此写出表格，并按照片组和修复区种类分列</translation>
    </message>
    <message>
        <source>your share of the disk is used up; make room or choose another folder</source>
        <translation>您的磁盘配额已用完；请腾出空间或选择另一个文件夹</translation>
    </message>
    <message>
        <source>{accept} accepts, {every} accepts all, {refuse} refuses, {after} shows the next, Esc drops all.</source>
        <translation>{accept} 接受，{every} 全部接受，{refuse} 拒绝，{after} 显示下一个，Esc 全部放弃。</translation>
    </message>
    <message>
        <source>{accept} accepts, {refuse} refuses.</source>
        <translation>{accept} 接受，{refuse} 拒绝。</translation>
    </message>
    <message>
        <source>{arrived:.1f} MB have arrived before.</source>
        <translation>此前已下载 {arrived:.1f} MB。</translation>
    </message>
    <message>
        <source>{batch} crops of {size} px</source>
        <translation>{batch} 个 {size} 像素的裁块</translation>
    </message>
    <message>
        <source>{before:.1f} dB → {best:.1f} dB</source>
        <translation>{before:.1f} dB → {best:.1f} dB</translation>
    </message>
    <message>
        <source>{beginning} {col}, {row}: {distance:.0f} px {direction}.
Confidence {value:.0f} %.</source>
        <translation>{beginning} {col}, {row}：{distance:.0f} 像素，{direction}。
置信度 {value:.0f} %。</translation>
    </message>
    <message>
        <source>{build}, {size:.1f} GB on the disk</source>
        <translation>{build}，占用磁盘 {size:.1f} GB</translation>
    </message>
    <message>
        <source>{by} of step {best_step} minus that of the start, over {count} held-out crops: {mean}{unit}, 95 % interval {low} to {high}; {sure}.</source>
        <translation>第 {best_step} 步的 {by} 减去开始时的，在 {count} 个留出裁块上：{mean}{unit}，95 % 区间 {low} 至 {high}；{sure}。</translation>
    </message>
    <message>
        <source>{caption}: how the mask lies then</source>
        <translation>{caption}：遮罩届时的方向</translation>
    </message>
    <message>
        <source>{change}: {before:.1f} dB before, {best:.1f} dB now, {held_out}.</source>
        <translation>{change}：之前 {before:.1f} dB，现在 {best:.1f} dB，{held_out}。</translation>
    </message>
    <message>
        <source>{count:.2f} million</source>
        <translation>{count:.2f} 百万</translation>
    </message>
    <message>
        <source>{counts} in {length}.</source>
        <translation>{counts}，用时 {length}。</translation>
    </message>
    <message>
        <source>{count} arrows stand</source>
        <translation>{count} 个箭头</translation>
    </message>
    <message>
        <source>{count} more guide lines were ignored.</source>
        <translation>另有 {count} 条引导线被忽略。</translation>
    </message>
    <message>
        <source>{count} of {label}</source>
        <translation>{label} 的 {count} 个</translation>
    </message>
    <message>
        <source>{count} photos are few, and the network may get better on these alone</source>
        <translation>{count} 张照片偏少，网络可能只在这些照片上变好</translation>
    </message>
    <message>
        <source>{count} photos: original, hole, before and now</source>
        <translation>{count} 张照片：原图、修复区、之前和现在</translation>
    </message>
    <message>
        <source>{count} variants of {identity}</source>
        <translation>{identity} 的 {count} 个变体</translation>
    </message>
    <message>
        <source>{date} on {machine}</source>
        <translation>{date}，{machine}</translation>
    </message>
    <message>
        <source>{devices} cards were requested and {there} can be seen.</source>
        <translation>请求了 {devices} 张显卡，可见 {there} 张。</translation>
    </message>
    <message>
        <source>{devices} processes were requested and there are {usable_cores} cores.</source>
        <translation>请求了 {devices} 个进程，而有 {usable_cores} 个核心。</translation>
    </message>
    <message>
        <source>{distance} px {direction}</source>
        <translation>{direction} {distance} 像素</translation>
    </message>
    <message>
        <source>{done} of {total} photos</source>
        <translation>{total} 张照片中的 {done} 张</translation>
    </message>
    <message>
        <source>{done} of {total} photos, about {left} left</source>
        <translation>{total} 张照片中的 {done} 张，约剩 {left}</translation>
    </message>
    <message>
        <source>{drawn_at} and enlarged.</source>
        <translation>{drawn_at}，然后放大。</translation>
    </message>
    <message>
        <source>{drawn_at}; its detail was copied from elsewhere in the photo.</source>
        <translation>{drawn_at}；其细节从照片的其他部分复制。</translation>
    </message>
    <message>
        <source>{ended} of {total}: {now}</source>
        <translation>{ended}/{total}：{now}</translation>
    </message>
    <message>
        <source>{estimate} is about a training from its start; leave --resume out.</source>
        <translation>{estimate} 针对从头开始的训练；请略去 --resume。</translation>
    </message>
    <message>
        <source>{few} photos or more of the same kind as those that you want to fill, {least} px or larger.</source>
        <translation>{few} 张或更多与您要填充的照片同类的照片，{least} 像素或更大。</translation>
    </message>
    <message>
        <source>{few}; {few_2} or more of the same kind would help.</source>
        <translation>{few}；同类照片有 {few_2} 张或更多会有帮助。</translation>
    </message>
    <message>
        <source>{figures:.2f} dB</source>
        <translation>{figures:.2f} dB</translation>
    </message>
    <message>
        <source>{filename} cannot be read: {reason}.</source>
        <translation>无法读取 {filename}：{reason}。</translation>
    </message>
    <message>
        <source>{files} is only the {parts} part of {what}; give the file of the {needed} part too, in one go.</source>
        <translation>{files} 只是 {what} 的 {parts} 部分；请同时给出 {needed} 部分的文件。</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>无法读取 {file}：{reason}。</translation>
    </message>
    <message>
        <source>{file} in torch&apos;s cache cannot be read</source>
        <translation>无法读取 torch 缓存中的 {file}</translation>
    </message>
    <message>
        <source>{file} in torch&apos;s cache is not the published file</source>
        <translation>torch 缓存中的 {file} 不是已发布的文件</translation>
    </message>
    <message>
        <source>{file} is not in torch&apos;s cache</source>
        <translation>{file} 不在 torch 的缓存中</translation>
    </message>
    <message>
        <source>{file} was not needed.</source>
        <translation>不需要 {file}。</translation>
    </message>
    <message>
        <source>{filled} of {total} models have filled the hole.</source>
        <translation>{total} 个模型中有 {filled} 个填充了修复区。</translation>
    </message>
    <message>
        <source>{fillers} under {mask}</source>
        <translation>{fillers}，使用 {mask}</translation>
    </message>
    <message>
        <source>{first} and {last}</source>
        <translation>{first}和{last}</translation>
    </message>
    <message>
        <source>{first} or {last}</source>
        <translation>{first}或{last}</translation>
    </message>
    <message>
        <source>{first}, {next}</source>
        <translation>{first}、{next}</translation>
    </message>
    <message>
        <source>{flag} must be a number above {least:g}.</source>
        <translation>{flag} 必须是大于 {least:g} 的数。</translation>
    </message>
    <message>
        <source>{flag} must be a number of {least:g} or more.</source>
        <translation>{flag} 必须是不小于 {least:g} 的数。</translation>
    </message>
    <message>
        <source>{flag} must be a number of {most:.12g} or less.</source>
        <translation>{flag} 必须是不大于 {most:.12g} 的数。</translation>
    </message>
    <message>
        <source>{flag} must be {least:g} or more.</source>
        <translation>{flag} 必须为 {least:g} 或更大。</translation>
    </message>
    <message>
        <source>{flag} must be {most:.12g} or less.</source>
        <translation>{flag} 必须为 {most:.12g} 或更小。</translation>
    </message>
    <message>
        <source>{flag} must be {words}, not &apos;{values}&apos;.</source>
        <translation>{flag} 必须是 {words}，而不是“{values}”。</translation>
    </message>
    <message>
        <source>{folder} is a file; give the name of a folder for the report.</source>
        <translation>{folder} 是文件；请给出存放报告的文件夹名称。</translation>
    </message>
    <message>
        <source>{folder} was not written: {explain_write_error}.</source>
        <translation>{folder} 未写出：{explain_write_error}。</translation>
    </message>
    <message>
        <source>{format_count} parameters</source>
        <translation>{format_count} 个参数</translation>
    </message>
    <message>
        <source>{format_duration} left</source>
        <translation>剩余 {format_duration}</translation>
    </message>
    <message>
        <source>{format_duration} so far</source>
        <translation>已用 {format_duration}</translation>
    </message>
    <message>
        <source>{format_size}{of} are kept; the same command goes on from there.</source>
        <translation>已保留 {format_size}{of}；同一命令可从那里继续。</translation>
    </message>
    <message>
        <source>{format} cannot hold the photo&apos;s captions (IPTC); save it as JPEG to keep them.</source>
        <translation>{format} 无法保存照片的说明文字（IPTC）；请保存为 JPEG 以保留。</translation>
    </message>
    <message>
        <source>{format} cannot hold the photo&apos;s text notes; save it as PNG to keep them.</source>
        <translation>{format} 无法保存照片的文字注释；请保存为 PNG 以保留。</translation>
    </message>
    <message>
        <source>{format} holds 8 bits a channel, and the photo has 16; save it as PNG or TIFF to keep them.</source>
        <translation>{format} 每通道为 8 位，而照片为 16 位；请保存为 PNG 或 TIFF 以保留。</translation>
    </message>
    <message>
        <source>{format} holds 8 bits a channel, and the photo has floats; save it as TIFF to keep them.</source>
        <translation>{format} 每通道为 8 位，而照片为浮点数；请保存为 TIFF 以保留。</translation>
    </message>
    <message>
        <source>{hostname} leads to a malformed address.</source>
        <translation>{hostname} 转到了格式错误的地址。</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of {name}; download it with a browser and import it.</source>
        <translation>{host} 回应的是网页而不是 {name}；请用浏览器下载并导入。</translation>
    </message>
    <message>
        <source>{host} cannot be reached: {text}{text_2}.</source>
        <translation>无法连接 {host}：{text}{text_2}。</translation>
    </message>
    <message>
        <source>{host} cannot send {name} now ({code}).</source>
        <translation>{host} 现在无法发送 {name}（{code}）。</translation>
    </message>
    <message>
        <source>{host} does not answer any more.</source>
        <translation>{host} 不再响应。</translation>
    </message>
    <message>
        <source>{host} does not give {name} to everybody ({code}); see its page.</source>
        <translation>{host} 不向所有人提供 {name}（{code}）；请查看其页面。</translation>
    </message>
    <message>
        <source>{host} does not send {name} ({code} {reason}).</source>
        <translation>{host} 不发送 {name}（{code} {reason}）。</translation>
    </message>
    <message>
        <source>{host} does not send {name} ({status}).</source>
        <translation>{host} 不发送 {name}（{status}）。</translation>
    </message>
    <message>
        <source>{host} does not send {name} completely; try again later.</source>
        <translation>{host} 没有完整发送 {name}；请稍后再试。</translation>
    </message>
    <message>
        <source>{host} has another file as {name}: {full} bytes, published with {size}.</source>
        <translation>{host} 上的 {name} 是另一个文件：{full} 字节，发布时为 {size}。</translation>
    </message>
    <message>
        <source>{host} leads in a circle; try again later.</source>
        <translation>{host} 循环跳转；请稍后再试。</translation>
    </message>
    <message>
        <source>{host} leads to an address that is not safe; nothing was downloaded from it.</source>
        <translation>{host} 转到了不安全的地址；没有从那里下载任何内容。</translation>
    </message>
    <message>
        <source>{host} sends more than {name} can hold; it was deleted.</source>
        <translation>{host} 发送的内容多于 {name} 的大小；已删除。</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} 小时</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{hours} h {rest} min</source>
        <translation>{hours} 小时 {rest} 分钟</translation>
    </message>
    <message>
        <source>{index} of {count}, seed {seed}</source>
        <translation>{index}/{count}，种子 {seed}</translation>
    </message>
    <message>
        <source>{job} is paused; what has arrived is kept.</source>
        <translation>{job}已暂停；已下载的部分会保留。</translation>
    </message>
    <message>
        <source>{job} was cancelled.</source>
        <translation>{job}已取消。</translation>
    </message>
    <message>
        <source>{key} belongs to “{actions}”.</source>
        <translation>{key} 属于“{actions}”。</translation>
    </message>
    <message>
        <source>{key} holds numbers of the wrong kind ({kind}); it is not imported.</source>
        <translation>{key} 含有错误类型的数值（{kind}）；未导入。</translation>
    </message>
    <message>
        <source>{key} holds numbers that are not finite; the file is damaged or its training failed.</source>
        <translation>{key} 含有非有限的数值；文件已损坏或其训练失败。</translation>
    </message>
    <message>
        <source>{key} is of a kind that no network here has ({dtype}); it is not imported.</source>
        <translation>{key} 的类型是此处任何网络都没有的（{dtype}）；未导入。</translation>
    </message>
    <message>
        <source>{key} keeps its action; choose another key.</source>
        <translation>{key} 的操作不能更改；请选择另一个快捷键。</translation>
    </message>
    <message>
        <source>{key} presses buttons; choose another key.</source>
        <translation>{key} 用于按下按钮；请选择另一个快捷键。</translation>
    </message>
    <message>
        <source>{key} works in the photo and in the panels; choose another key.</source>
        <translation>{key} 在照片和面板中另有用途；请选择另一个快捷键。</translation>
    </message>
    <message>
        <source>{label} and fill</source>
        <translation>{label}并填充</translation>
    </message>
    <message>
        <source>{learnt} · {crops} of {size} px a step · {device}</source>
        <translation>{learnt} · 每步 {crops}，{size} 像素 · {device}</translation>
    </message>
    <message>
        <source>{least:g} or more</source>
        <translation>{least:g} 或更多</translation>
    </message>
    <message>
        <source>{limit}; save the photo as PNG or TIFF.</source>
        <translation>{limit}；请把照片保存为 PNG 或 TIFF。</translation>
    </message>
    <message>
        <source>{longest:.0f} px</source>
        <translation>{longest:.0f} 像素</translation>
    </message>
    <message>
        <source>{loss}: {meaning}</source>
        <translation>{loss}：{meaning}</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} 至 {high}</translation>
    </message>
    <message>
        <source>{marks} are {there} pixels and the photo {here}: one of them lies on its side; turn it.</source>
        <translation>{marks}为 {there} 像素，照片为 {here}：其中之一是横放的，请旋转。</translation>
    </message>
    <message>
        <source>{marks} are {there} pixels and the photo {here}; they must be of one size.</source>
        <translation>{marks}为 {there} 像素，照片为 {here}；两者大小必须相同。</translation>
    </message>
    <message>
        <source>{marks} is {there} pixels and the photo {here}: one of them lies on its side; turn it.</source>
        <translation>{marks}为 {there} 像素，照片为 {here}：其中之一是横放的，请旋转。</translation>
    </message>
    <message>
        <source>{marks} is {there} pixels and the photo {here}; they must be of one size.</source>
        <translation>{marks}为 {there} 像素，照片为 {here}；两者大小必须相同。</translation>
    </message>
    <message>
        <source>{message}{message_2}; see &apos;{prog} --help&apos;.</source>
        <translation>{message}{message_2}；见“{prog} --help”。</translation>
    </message>
    <message>
        <source>{metric} is left out: it needs {least} photos or more.</source>
        <translation>略去 {metric}：它需要 {least} 张或更多照片。</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>{model} predicted no {what} here; choose another model.</source>
        <translation>{model} 在此没有预测{what}；请选择另一个模型。</translation>
    </message>
    <message>
        <source>{model}: {title}</source>
        <translation>{model}：{title}</translation>
    </message>
    <message>
        <source>{more} more</source>
        <translation>再来 {more} 个</translation>
    </message>
    <message>
        <source>{more} more were left out.</source>
        <translation>另有 {more} 项被略去。</translation>
    </message>
    <message>
        <source>{names} and more; folders within it are searched too.</source>
        <translation>{names} 等；子文件夹也会搜索。</translation>
    </message>
    <message numerus="yes">
        <source>{names} and {n} more</source>
        <translation>
            <numerusform>{names} 及另外 {n} 个</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} must be given; see &apos;train --help&apos;.</source>
        <translation>必须给出 {names}；见“train --help”。</translation>
    </message>
    <message>
        <source>{names} or {last}</source>
        <translation>{names} 或 {last}</translation>
    </message>
    <message>
        <source>{names}: evaluation</source>
        <translation>{names}：评测</translation>
    </message>
    <message>
        <source>{name} (click: choose; Shift+click: compare with the chosen one; , and . step)</source>
        <translation>{name}（单击：选择；Shift+单击：与所选候选比较；按 , 和 . 切换）</translation>
    </message>
    <message>
        <source>{name} (not found)</source>
        <translation>{name}（未找到）</translation>
    </message>
    <message>
        <source>{name} ({facts})</source>
        <translation>{name}（{facts}）</translation>
    </message>
    <message>
        <source>{name} belongs to no system that is known here; its keys begin with {keys}.</source>
        <translation>{name} 不属于此处已知的任何系统；其键以 {keys} 开头。</translation>
    </message>
    <message>
        <source>{name} beside it holds the discriminators, which only a further training needs.</source>
        <translation>其旁的 {name} 存放判别器，只有继续训练才需要。</translation>
    </message>
    <message>
        <source>{name} cannot be read ({reason}); check the name and the disk.</source>
        <translation>无法读取 {name}（{reason}）；请检查名称和磁盘。</translation>
    </message>
    <message>
        <source>{name} cannot be read as a table of kept figures; choose another file.</source>
        <translation>无法把 {name} 读作保留数据的表格；请选择另一个文件。</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>无法读取 {name}：{reason}。</translation>
    </message>
    <message>
        <source>{name} cannot be read: {strerror}.</source>
        <translation>无法读取 {name}：{strerror}。</translation>
    </message>
    <message>
        <source>{name} claims to be far larger than a project can be, and is not opened.</source>
        <translation>{name} 标称的大小远超项目可能的大小，未打开。</translation>
    </message>
    <message>
        <source>{name} claims to be {width} x {height} pixels; photos of up to {max_pixels} megapixels are opened, so scale it down first.</source>
        <translation>{name} 标称为 {width} x {height} 像素；可打开的照片最大为 {max_pixels} 百万像素，请先缩小。</translation>
    </message>
    <message>
        <source>{name} claims to be {width} x {height} pixels; photos of up to {most} megapixels are opened.</source>
        <translation>{name} 标称为 {width} x {height} 像素；可打开的照片最大为 {most} 百万像素。</translation>
    </message>
    <message>
        <source>{name} could not be read: {reason}.</source>
        <translation>无法读取 {name}：{reason}。</translation>
    </message>
    <message>
        <source>{name} could not be written</source>
        <translation>{name} 无法写出</translation>
    </message>
    <message>
        <source>{name} could not be written: {explain_write_error}</source>
        <translation>{name} 无法写出：{explain_write_error}</translation>
    </message>
    <message>
        <source>{name} cover {here} pixels and the photo {there}; they must be of one size.</source>
        <translation>{name}为 {here} 像素，照片为 {there}；两者大小必须相同。</translation>
    </message>
    <message>
        <source>{name} declares XML entities, which a project never does, and is not opened.</source>
        <translation>{name} 声明了 XML 实体，项目文件从不这样做，未打开。</translation>
    </message>
    <message>
        <source>{name} draws numbers that are not finite; its training failed, or it is damaged.</source>
        <translation>{name} 画出的数值不是有限数；它的训练失败了，或者它已损坏。</translation>
    </message>
    <message>
        <source>{name} filled</source>
        <translation>{name} 已填充</translation>
    </message>
    <message>
        <source>{name} filled none of the photos; it has no figures.</source>
        <translation>{name} 没有填充任何照片；它没有数据。</translation>
    </message>
    <message>
        <source>{name} has class {most}, and the network has {count} classes.</source>
        <translation>{name} 含有类别 {most}，而网络有 {count} 个类别。</translation>
    </message>
    <message>
        <source>{name} has class {most}, and {folder} names {count}.</source>
        <translation>{name} 含有类别 {most}，而 {folder} 给出了 {count} 个。</translation>
    </message>
    <message>
        <source>{name} has class {used}, and {describe}; paint with those alone.</source>
        <translation>{name} 含有类别 {used}，而 {describe}；请只用这些类别涂画。</translation>
    </message>
    <message>
        <source>{name} has no class at any pixel; 0 means that nothing is known.</source>
        <translation>{name} 的所有像素都没有类别；0 表示未知。</translation>
    </message>
    <message>
        <source>{name} has no column &apos;{column}&apos;; its first line must name photo and mask.</source>
        <translation>{name} 没有列“{column}”；其第一行必须含有 photo 和 mask。</translation>
    </message>
    <message>
        <source>{name} has no hole once it is inverted: all of it is marked; leave out --invert-mask.</source>
        <translation>{name} 反转后没有修复区：全部都被标记；请略去 --invert-mask。</translation>
    </message>
    <message>
        <source>{name} has no hole: nothing in it is white (128 and above).</source>
        <translation>{name} 没有修复区：其中没有白色（128 及以上）。</translation>
    </message>
    <message>
        <source>{name} has no hole: nothing in it is white, or painted; paint the hole white on black.</source>
        <translation>{name} 没有修复区：其中没有白色或涂画的部分；请在黑色上把修复区涂成白色。</translation>
    </message>
    <message>
        <source>{name} has no names of classes, so they are numbered.</source>
        <translation>{name} 没有类别名称，因此以编号命名。</translation>
    </message>
    <message>
        <source>{name} has no pixels; choose another file.</source>
        <translation>{name} 没有像素；请选择另一个文件。</translation>
    </message>
    <message>
        <source>{name} has numbers above {most_classes}; a label map has at most {most_classes} classes.</source>
        <translation>{name} 含有大于 {most_classes} 的编号；标签图最多有 {most_classes} 个类别。</translation>
    </message>
    <message>
        <source>{name} has other names (hard links); they keep the photo as it was.</source>
        <translation>{name} 有其他名称（硬链接）；它们保留原来的照片。</translation>
    </message>
    <message>
        <source>{name} has other names than {title}; its classes were taken by their numbers.</source>
        <translation>{name} 的名称与 {title} 的不同；其类别按编号采用。</translation>
    </message>
    <message>
        <source>{name} has several masks: {masks}; keep one.</source>
        <translation>{name} 有多个遮罩：{masks}；请只保留一个。</translation>
    </message>
    <message>
        <source>{name} has {count} colours and each is a guide line; draw at most {most_lines} lines, without soft edges, and save them as PNG.</source>
        <translation>{name} 有 {count} 种颜色，每种颜色是一条引导线；请最多画 {most_lines} 条没有柔和边缘的线，并保存为 PNG。</translation>
    </message>
    <message>
        <source>{name} holds a photo that cannot be opened: {reason}</source>
        <translation>{name} 中的照片无法打开：{reason}</translation>
    </message>
    <message>
        <source>{name} holds no tensors.</source>
        <translation>{name} 不含张量。</translation>
    </message>
    <message>
        <source>{name} holds the discriminators of a set; import its {name_2} instead.</source>
        <translation>{name} 存放一组权重的判别器；请改为导入其 {name_2}。</translation>
    </message>
    <message>
        <source>{name} in {name_2} has another shape than its photo.</source>
        <translation>{name_2} 中的 {name} 与其照片的形状不同。</translation>
    </message>
    <message>
        <source>{name} in {name_2} has no label map.</source>
        <translation>{name_2} 中的 {name} 没有标签图。</translation>
    </message>
    <message>
        <source>{name} in {name_2} is cut off.</source>
        <translation>{name_2} 中的 {name} 不完整。</translation>
    </message>
    <message>
        <source>{name} is a JPEG of {scans} scans, which would take minutes to open; save it again.</source>
        <translation>{name} 是含 {scans} 次扫描的 JPEG，打开需要数分钟；请重新保存。</translation>
    </message>
    <message>
        <source>{name} is a large Segment Anything network; the Object tool takes {title} only.</source>
        <translation>{name} 是大型 Segment Anything 网络；物体工具只接受 {title}。</translation>
    </message>
    <message>
        <source>{name} is a photo and not a mask; paint {marks} white on black, or in any colour on transparency.</source>
        <translation>{name} 是照片而不是遮罩；请在黑色上用白色涂出{marks}，或在透明背景上用任意颜色涂出。</translation>
    </message>
    <message>
        <source>{name} is a picture with a transparent part; that part is {marks}.</source>
        <translation>{name} 是带透明部分的图片；该部分即为{marks}。</translation>
    </message>
    <message>
        <source>{name} is a project: open it in the window, and save it there as a picture.</source>
        <translation>{name} 是项目：请在窗口中打开，并在那里保存为图片。</translation>
    </message>
    <message>
        <source>{name} is a whole number from {low} to {high}.</source>
        <translation>{name} 是 {low} 到 {high} 的整数。</translation>
    </message>
    <message>
        <source>{name} is a {format} file, which needs the extra &apos;formats&apos;: install &apos;inpaint-studio[formats]&apos;.</source>
        <translation>{name} 是 {format} 文件，需要附加组件“formats”：请安装 &apos;inpaint-studio[formats]&apos;。</translation>
    </message>
    <message>
        <source>{name} is an ONNX file that cannot be run here; export it again.</source>
        <translation>{name} 是无法在这里运行的 ONNX 文件；请重新导出。</translation>
    </message>
    <message>
        <source>{name} is an ONNX file that cannot be run here; it is no {title}.</source>
        <translation>{name} 是无法在此运行的 ONNX 文件；它不是 {title}。</translation>
    </message>
    <message>
        <source>{name} is broken: {reason}</source>
        <translation>{name} 已损坏：{reason}</translation>
    </message>
    <message>
        <source>{name} is coloured; save the label map in greys or with a palette.</source>
        <translation>{name} 是彩色的；请把标签图保存为灰度或调色板图像。</translation>
    </message>
    <message>
        <source>{name} is damaged or cut off; export it again.</source>
        <translation>{name} 已损坏或不完整；请重新导出。</translation>
    </message>
    <message>
        <source>{name} is damaged, cut off or of an unusual kind and cannot be opened; save it again as PNG or JPEG.</source>
        <translation>{name} 已损坏、不完整或类型特殊，无法打开；请重新保存为 PNG 或 JPEG。</translation>
    </message>
    <message>
        <source>{name} is damaged, or from another version of the program: {error}</source>
        <translation>{name} 已损坏，或来自程序的另一版本：{error}</translation>
    </message>
    <message>
        <source>{name} is damaged; delete it and import the weights again.</source>
        <translation>{name} 已损坏；请删除它并重新导入权重。</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes); choose another file.</source>
        <translation>{name} 是空的（0 字节）；请选择另一个文件。</translation>
    </message>
    <message>
        <source>{name} is for the full build of Inpaint Studio: import it there, export it as ONNX, and import that file here.</source>
        <translation>{name} 用于 Inpaint Studio 完整版：请在那里导入，导出为 ONNX，再在这里导入那个文件。</translation>
    </message>
    <message>
        <source>{name} is for the model &apos;{system}&apos;, which is not here.</source>
        <translation>{name} 用于模型“{system}”，此处没有该模型。</translation>
    </message>
    <message>
        <source>{name} is larger than any network that is known here.</source>
        <translation>{name} 比这里已知的任何网络都大。</translation>
    </message>
    <message>
        <source>{name} is larger than any weights known here; it was not unpacked.</source>
        <translation>{name} 大于此处已知的任何权重；未解压。</translation>
    </message>
    <message>
        <source>{name} is nested too deeply for a weights file; look for another one.</source>
        <translation>{name} 的嵌套太深，不是权重文件；请另找一个。</translation>
    </message>
    <message>
        <source>{name} is no encoder or decoder of {title} that is needed; give one of each.</source>
        <translation>{name} 不是所需的 {title} 编码器或解码器；请各给一个。</translation>
    </message>
    <message>
        <source>{name} is no longer at {url}.</source>
        <translation>{name} 已不在 {url}。</translation>
    </message>
    <message>
        <source>{name} is no name for a flow; use .png for an image, .html for a page to point at, .svg for a figure with arrows, or .flo for numbers.</source>
        <translation>{name} 不能作为来源图的名称；请用 .png 保存图像，.html 保存可指点的网页，.svg 保存带箭头的图示，或 .flo 保存数值。</translation>
    </message>
    <message>
        <source>{name} is no name for a flow; use .png for its picture or .flo for its numbers.</source>
        <translation>{name} 不能作为来源图的名称；请用 .png 保存图像，或用 .flo 保存数值。</translation>
    </message>
    <message>
        <source>{name} is no name for a label map; use .png.</source>
        <translation>{name} 不能作为标签图的名称；请用 .png。</translation>
    </message>
    <message>
        <source>{name} is no name for a mask; use .png, which keeps it exact.</source>
        <translation>{name} 不能作为遮罩的名称；请用 .png，它能精确保存。</translation>
    </message>
    <message>
        <source>{name} is no name for arrays; use .npz.</source>
        <translation>{name} 不能作为数组文件的名称；请用 .npz。</translation>
    </message>
    <message>
        <source>{name} is no network that fills holes ({misfit}); export it again.</source>
        <translation>{name} 不是用于填充的网络（{misfit}）；请重新导出。</translation>
    </message>
    <message>
        <source>{name} is no network that this version of Inpaint Studio exported; export it again in the full build.</source>
        <translation>{name} 不是由这个版本的 Inpaint Studio 导出的网络；请在完整版中重新导出。</translation>
    </message>
    <message>
        <source>{name} is no project, or is damaged, and cannot be opened.</source>
        <translation>{name} 不是项目文件或已损坏，无法打开。</translation>
    </message>
    <message>
        <source>{name} is no table of kept figures, or one of another version; choose another file.</source>
        <translation>{name} 不是保留数据的表格，或属于另一版本；请选择另一个文件。</translation>
    </message>
    <message>
        <source>{name} is not a flow file (.flo) or is cut off.</source>
        <translation>{name} 不是来源图文件 (.flo)，或不完整。</translation>
    </message>
    <message>
        <source>{name} is not a folder; name the folder for the results.</source>
        <translation>{name} 不是文件夹；请给出存放结果的文件夹。</translation>
    </message>
    <message>
        <source>{name} is not a picture this program can open; use {join_names}.</source>
        <translation>{name} 不是本程序能打开的图片；请使用 {join_names}。</translation>
    </message>
    <message>
        <source>{name} is not a table of comma-separated values in UTF-8.</source>
        <translation>{name} 不是 UTF-8 编码的逗号分隔表格。</translation>
    </message>
    <message>
        <source>{name} is not known: it looks most like {title} ({title_2}), of whose {count} keys {matching} fit ({value} %), but {differences}.</source>
        <translation>{name} 未知：它最像 {title}（{title_2}），其 {count} 个键中有 {matching} 个相符（{value} %），但 {differences}。</translation>
    </message>
    <message>
        <source>{name} is only half of {title}; give the file of the {missing} too, in one go.</source>
        <translation>{name} 只是 {title} 的一半；请同时给出 {missing} 的文件。</translation>
    </message>
    <message>
        <source>{name} is painted now.</source>
        <translation>现在涂画 {name}。</translation>
    </message>
    <message>
        <source>{name} is smaller than {least} px.</source>
        <translation>{name} 小于 {least} 像素。</translation>
    </message>
    <message>
        <source>{name} is white everywhere, so nothing would be known.</source>
        <translation>{name} 全部为白色，这样就没有已知部分。</translation>
    </message>
    <message>
        <source>{name} looks like {title}, but holds numbers that are not finite; download it again.</source>
        <translation>{name} 像是 {title}，但含有非有限的数值；请重新下载。</translation>
    </message>
    <message>
        <source>{name} looks like {title}, but {prefix}{key} has another shape; it is not imported.</source>
        <translation>{name} 像是 {title}，但 {prefix}{key} 的形状不同；未导入。</translation>
    </message>
    <message>
        <source>{name} looks like {title}, but {prefix}{key} is missing; download it again.</source>
        <translation>{name} 像是 {title}，但缺少 {prefix}{key}；请重新下载。</translation>
    </message>
    <message>
        <source>{name} marks nearly everything. In some programs black marks what should go.</source>
        <translation>{name} 几乎标记了全部内容。在某些程序中，黑色表示要去除的部分。</translation>
    </message>
    <message>
        <source>{name} marks nothing. Paint what should go in white on black, or in any colour on transparency.</source>
        <translation>{name} 没有标记任何内容。请在黑色上用白色涂出要去除的部分，或在透明背景上用任意颜色涂出。</translation>
    </message>
    <message>
        <source>{name} may not be read; ask its owner for permission.</source>
        <translation>无权读取 {name}；请向其所有者申请权限。</translation>
    </message>
    <message>
        <source>{name} names places outside of it, and is not opened.</source>
        <translation>{name} 指向其自身之外的位置，未打开。</translation>
    </message>
    <message>
        <source>{name} needs more memory than there is.</source>
        <translation>{name} 需要的内存多于现有内存。</translation>
    </message>
    <message>
        <source>{name} needs more memory than there is; close other programs and try again.</source>
        <translation>{name} 需要的内存多于现有内存；请关闭其他程序再试。</translation>
    </message>
    <message>
        <source>{name} needs more memory than there is; scale it down first.</source>
        <translation>{name} 需要的内存多于现有内存；请先缩小它。</translation>
    </message>
    <message>
        <source>{name} predicted in {seconds:.1f} s; {next_step}.</source>
        <translation>已预测{name}，用时 {seconds:.1f} 秒；{next_step}。</translation>
    </message>
    <message>
        <source>{name} was added to the hole and grown by {margin} px.</source>
        <translation>{name} 已添加到修复区，并扩展 {margin} 像素。</translation>
    </message>
    <message>
        <source>{name} was added to the hole.</source>
        <translation>{name} 已添加到修复区。</translation>
    </message>
    <message>
        <source>{name} was for another photo; it was not added.</source>
        <translation>{name} 属于另一张照片；未添加。</translation>
    </message>
    <message>
        <source>{name} was imported as labels, with {classes}.</source>
        <translation>{name} 已作为标签导入，含{classes}。</translation>
    </message>
    <message>
        <source>{name} was imported before, with its settings; there are none left to choose.</source>
        <translation>{name} 此前已连同其设置导入；没有可选的了。</translation>
    </message>
    <message>
        <source>{name} was not imported, as something was being drawn; import it again.</source>
        <translation>{name} 未导入，因为正在绘制；请重新导入。</translation>
    </message>
    <message>
        <source>{name} was not opened: the photo here was changed meanwhile. Open it again.</source>
        <translation>未打开 {name}：当前照片在此期间已被修改。请重新打开。</translation>
    </message>
    <message>
        <source>{name} was not saved: the file is write-protected; choose another.</source>
        <translation>{name} 未保存：文件被写保护；请选择另一个。</translation>
    </message>
    <message>
        <source>{name} was not saved: the folder is not writable; choose another.</source>
        <translation>{name} 未保存：文件夹不可写；请选择另一个。</translation>
    </message>
    <message>
        <source>{name} was not saved: {circle}.</source>
        <translation>{name} 未保存：{circle}。</translation>
    </message>
    <message>
        <source>{name} was not saved: {explain_write_error}.</source>
        <translation>{name} 未保存：{explain_write_error}。</translation>
    </message>
    <message>
        <source>{name} was not written: {explain_write_error}.</source>
        <translation>{name} 未写出：{explain_write_error}。</translation>
    </message>
    <message>
        <source>{name} was saved by a later version of this program; update it first.</source>
        <translation>{name} 由本程序的更新版本保存；请先更新程序。</translation>
    </message>
    <message>
        <source>{name} was written by a newer Inpaint Studio; update the program to use it.</source>
        <translation>{name} 由更新版本的 Inpaint Studio 写出；请更新程序后使用。</translation>
    </message>
    <message>
        <source>{name} was written by another program; import it to use it.</source>
        <translation>{name} 由另一个程序写出；请先导入再使用。</translation>
    </message>
    <message>
        <source>{name} with {name_2}</source>
        <translation>{name} 与 {name_2}</translation>
    </message>
    <message>
        <source>{name} {what}.</source>
        <translation>{name} {what}。</translation>
    </message>
    <message>
        <source>{name}, which comes with the program, is damaged; install the program again.</source>
        <translation>随程序提供的 {name} 已损坏；请重新安装程序。</translation>
    </message>
    <message>
        <source>{name}: FID and KID</source>
        <translation>{name}：FID 和 KID</translation>
    </message>
    <message>
        <source>{name}: sha256 {sha256}</source>
        <translation>{name}：sha256 {sha256}</translation>
    </message>
    <message>
        <source>{name}: where the fill came from</source>
        <translation>{name}：填充内容的来源</translation>
    </message>
    <message>
        <source>{name}: {number} of {count}</source>
        <translation>{name}：{number}/{count}</translation>
    </message>
    <message>
        <source>{note} Its place is {folders}.</source>
        <translation>{note} 其位置为 {folders}。</translation>
    </message>
    <message>
        <source>{now:.2f} dB on held-out crops ({now_2:+.2f} since the start)</source>
        <translation>留出裁块上 {now:.2f} dB（自开始以来 {now_2:+.2f}）</translation>
    </message>
    <message>
        <source>{number}  {titles}, seed {seed}</source>
        <translation>{number}  {titles}，种子 {seed}</translation>
    </message>
    <message>
        <source>{number}  {titles}, seed {seed}, with sampling areas</source>
        <translation>{number}  {titles}，种子 {seed}，使用取样区</translation>
    </message>
    <message>
        <source>{number} of {total}: {name}, seed {seed}</source>
        <translation>{number}/{total}：{name}，种子 {seed}</translation>
    </message>
    <message numerus="yes">
        <source>{n} archives of photos (WebDataset) found; the photos in them are counted as the training begins.</source>
        <translation>
            <numerusform>找到 {n} 个照片归档（WebDataset）；其中的照片在训练开始时计数。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} classes</source>
        <translation>
            <numerusform>{n} 个类别</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} cores</source>
        <translation>
            <numerusform>{n} 个核心</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} cores, {memory:.1f} GiB of memory</source>
        <translation>
            <numerusform>{n} 个核心，{memory:.1f} GiB 内存</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} crops</source>
        <translation>
            <numerusform>{n} 个裁块</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} failed</source>
        <translation>
            <numerusform>{n} 张失败</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} files</source>
        <translation>
            <numerusform>{n} 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} filled</source>
        <translation>
            <numerusform>{n} 张已填充</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} hours are about {steps}: {seen}</source>
        <translation>
            <numerusform>{n} 小时约 {steps}：{seen}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} label maps are left out: {listed}</source>
        <translation>
            <numerusform>略去 {n} 张标签图：{listed}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} masks belong to no photo by the name.</source>
        <translation>
            <numerusform>{n} 个遮罩按名称不属于任何照片。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} minutes are about {steps}: {seen}</source>
        <translation>
            <numerusform>{n} 分钟约 {steps}：{seen}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} not reached</source>
        <translation>
            <numerusform>{n} 张未处理</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} of {count} masks are left out: {listed}</source>
        <translation>
            <numerusform>{count} 个遮罩中略去 {n} 个：{listed}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos</source>
        <translation>
            <numerusform>{n} 张照片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos cannot be filled: {reason}</source>
        <translation>
            <numerusform>{n} 张照片无法填充：{reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos found, all usable.</source>
        <translation>
            <numerusform>找到 {n} 张照片，全部可用。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos found, {usable} usable, {skipped} skipped (broken or under {least} px).</source>
        <translation>
            <numerusform>找到 {n} 张照片，{usable} 张可用，略过 {skipped} 张（损坏或小于 {least} 像素）。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos have no label map and are left out.</source>
        <translation>
            <numerusform>{n} 张照片没有标签图，已略去。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos have no mask.</source>
        <translation>
            <numerusform>{n} 张照片没有遮罩。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos to fill.</source>
        <translation>
            <numerusform>将填充 {n} 张照片。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos, {left_out} left out.</source>
        <translation>
            <numerusform>{n} 张照片，略去 {left_out} 张。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} photos.</source>
        <translation>
            <numerusform>{n} 张照片。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} rows name no photo or no mask.</source>
        <translation>
            <numerusform>{n} 行没有照片名或遮罩名。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} s</source>
        <translation>
            <numerusform>{n} 秒</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} skipped, as they were done</source>
        <translation>
            <numerusform>{n} 张此前已完成，已跳过</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} steps</source>
        <translation>
            <numerusform>{n} 步</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} steps of training</source>
        <translation>
            <numerusform>{n} 步训练</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} times</source>
        <translation>
            <numerusform>{n} 次</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} unchanged</source>
        <translation>
            <numerusform>{n} 张未改变</numerusform>
        </translation>
    </message>
    <message>
        <source>{option} is for holes that are drawn where there are no masks; leave out either.</source>
        <translation>{option} 用于在没有遮罩时绘制的修复区；请略去其中之一。</translation>
    </message>
    <message>
        <source>{out} of {count} photos are left out.</source>
        <translation>{count} 张照片中略去 {out} 张。</translation>
    </message>
    <message>
        <source>{out} of {count} photos are left out; the figures are over those that every model filled.</source>
        <translation>{count} 张照片中略去 {out} 张；数据仅取自所有模型都填充过的照片。</translation>
    </message>
    <message>
        <source>{owner} has classes of its own, but not how to find them in photos</source>
        <translation>{owner}有自己的类别，但没有在照片中找出它们的办法</translation>
    </message>
    <message>
        <source>{owner} has {count} classes, and the label maps have {found}; choose fewer, or others.</source>
        <translation>{owner}有 {count} 个类别，标签图有 {found} 个；请选择较少的类别或其他类别。</translation>
    </message>
    <message>
        <source>{owner} knows {count} classes, and the label maps have {count_2}</source>
        <translation>{owner}认识 {count} 个类别，标签图有 {count_2} 个</translation>
    </message>
    <message>
        <source>{owner} {name}={own}, not {other}; {hint}</source>
        <translation>{owner} {name}={own}，而不是 {other}；{hint}</translation>
    </message>
    <message>
        <source>{partition} is not an archive that can be read; download it again.</source>
        <translation>{partition} 不是可读取的归档；请重新下载。</translation>
    </message>
    <message>
        <source>{parts}.</source>
        <translation>{parts}。</translation>
    </message>
    <message>
        <source>{part} critic</source>
        <translation>{part} 评判网络</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>无法读取 {path}：{reason}。</translation>
    </message>
    <message>
        <source>{path} does not hold the weights of {name}; get {url} again.</source>
        <translation>{path} 不含 {name} 的权重；请重新获取 {url}。</translation>
    </message>
    <message>
        <source>{path} has a colour that is not one: {value}; write &apos;#78aae6&apos; or [120, 170, 230].</source>
        <translation>{path} 中有不是颜色的值：{value}；请写“#78aae6”或 [120, 170, 230]。</translation>
    </message>
    <message>
        <source>{path} has a line that is not known here: &apos;{short}&apos;.</source>
        <translation>{path} 中有未知的行：“{short}”。</translation>
    </message>
    <message>
        <source>{path} has a name of a class that is no text of 1 to 40 characters; {example}.</source>
        <translation>{path} 中有类别名称不是 1 到 40 个字符的文本；{example}。</translation>
    </message>
    <message>
        <source>{path} has no names of classes; {example}.</source>
        <translation>{path} 没有类别名称；{example}。</translation>
    </message>
    <message>
        <source>{path} has {count} names and needs as many colours, or no list &apos;colours&apos; at all.</source>
        <translation>{path} 有 {count} 个名称，需要同样多的颜色，或完全没有列表“colours”。</translation>
    </message>
    <message>
        <source>{path} is a folder; choose a picture file.</source>
        <translation>{path} 是文件夹；请选择图片文件。</translation>
    </message>
    <message>
        <source>{path} is a folder; give the name of a file in it.</source>
        <translation>{path} 是文件夹；请给出其中文件的名称。</translation>
    </message>
    <message>
        <source>{path} is damaged and cannot be resumed; start the training again.</source>
        <translation>{path} 已损坏，无法继续；请重新开始训练。</translation>
    </message>
    <message>
        <source>{path} is from another version of the program and cannot be resumed; start the training again. Weights that were saved can be trained further.</source>
        <translation>{path} 来自程序的另一版本，无法继续；请重新开始训练。已保存的权重可继续训练。</translation>
    </message>
    <message>
        <source>{path} is no TOML file that can be used: {reason}.</source>
        <translation>{path} 不是可用的 TOML 文件：{reason}。</translation>
    </message>
    <message>
        <source>{path} is no file of a training: it has no line &apos;{format_key} = {format}&apos;.</source>
        <translation>{path} 不是训练文件：没有行“{format_key} = {format}”。</translation>
    </message>
    <message>
        <source>{path} is no record of an ablation, or damaged; choose another folder.</source>
        <translation>{path} 不是消融实验的记录，或已损坏；请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>{path} is not a file that can be replaced; choose another name.</source>
        <translation>{path} 不是可替换的文件；请选择另一个名称。</translation>
    </message>
    <message>
        <source>{path} is not a file; choose a picture file.</source>
        <translation>{path} 不是文件；请选择图片文件。</translation>
    </message>
    <message>
        <source>{path} is not the file that torchvision publishes (or is cut off); get {url}.</source>
        <translation>{path} 不是 torchvision 发布的文件（或不完整）；请获取 {url}。</translation>
    </message>
    <message>
        <source>{path} is too large to be the file of a training.</source>
        <translation>{path} 太大，不可能是训练文件。</translation>
    </message>
    <message>
        <source>{path} names the class &apos;{name}&apos; twice; give each class a name of its own.</source>
        <translation>{path} 两次给出类别“{name}”；请给每个类别不同的名称。</translation>
    </message>
    <message>
        <source>{path} names {count} classes; a label map has at most {most_classes}.</source>
        <translation>{path} 给出了 {count} 个类别；标签图最多有 {most_classes} 个。</translation>
    </message>
    <message>
        <source>{path} was not written: {explain_write_error}.</source>
        <translation>{path} 未写出：{explain_write_error}。</translation>
    </message>
    <message>
        <source>{path} was written by a newer Inpaint Studio; update the program to use it.</source>
        <translation>{path} 由更新版本的 Inpaint Studio 写出；请更新程序后使用。</translation>
    </message>
    <message>
        <source>{percent} % of the photo was filled; perhaps the mask is inverted.</source>
        <translation>填充了照片的 {percent} %；遮罩可能是反的。</translation>
    </message>
    <message>
        <source>{photos} is used {visits}</source>
        <translation>{photos}使用 {visits}</translation>
    </message>
    <message>
        <source>{photos} to learn from, {held_out} to test it on</source>
        <translation>{photos}用于学习，{held_out} 张用于测试</translation>
    </message>
    <message>
        <source>{photo} by {model}: {reason}</source>
        <translation>{photo}（{model}）：{reason}</translation>
    </message>
    <message>
        <source>{photo}: {reason}</source>
        <translation>{photo}：{reason}</translation>
    </message>
    <message>
        <source>{plain} It would hold a discriminator; {new}.</source>
        <translation>{plain} 它本应含有判别器；{new}。</translation>
    </message>
    <message>
        <source>{plain} This training begins with new ones.</source>
        <translation>{plain} 此训练从新的开始。</translation>
    </message>
    <message>
        <source>{psnr:.2f} dB in the holes of {crops} crops of {size} px of photos that were held out, where a spread of the colours round the hole has {spread:.2f} dB; sharpness {sharpness:.2f} and seam {seam:.2f} of the photo&apos;s.</source>
        <translation>在留出照片的 {crops} 个 {size} 像素裁块的修复区内为 {psnr:.2f} dB，而扩散修复区周围的颜色为 {spread:.2f} dB；清晰度为照片的 {sharpness:.2f}，接缝为照片的 {seam:.2f}。</translation>
    </message>
    <message>
        <source>{px} px down</source>
        <translation>向下 {px} 像素</translation>
    </message>
    <message>
        <source>{px} px left</source>
        <translation>向左 {px} 像素</translation>
    </message>
    <message>
        <source>{px} px right</source>
        <translation>向右 {px} 像素</translation>
    </message>
    <message>
        <source>{px} px up</source>
        <translation>向上 {px} 像素</translation>
    </message>
    <message>
        <source>{reason}; &apos;{name}&apos; changes nothing.</source>
        <translation>{reason}；“{name}”不起作用。</translation>
    </message>
    <message>
        <source>{round} times</source>
        <translation>{round} 次</translation>
    </message>
    <message>
        <source>{seconds:.1f} s</source>
        <translation>{seconds:.1f} 秒</translation>
    </message>
    <message>
        <source>{seconds:.1f} s a step</source>
        <translation>每步 {seconds:.1f} 秒</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{sentence} Log: {path}</source>
        <translation>{sentence} 日志：{path}</translation>
    </message>
    <message>
        <source>{shard} cannot be read any more.</source>
        <translation>{shard} 已无法读取。</translation>
    </message>
    <message>
        <source>{shown} is missing</source>
        <translation>缺少 {shown}</translation>
    </message>
    <message>
        <source>{shown} is not one of them</source>
        <translation>{shown} 不在其中</translation>
    </message>
    <message>
        <source>{shown} is {sides}, expected {sides_2}</source>
        <translation>{shown} 为 {sides}，应为 {sides_2}</translation>
    </message>
    <message>
        <source>{side} x {side} px only</source>
        <translation>仅限 {side} x {side} 像素</translation>
    </message>
    <message>
        <source>{since}; your models are as before.</source>
        <translation>{since}；您的模型保持不变。</translation>
    </message>
    <message>
        <source>{size:.1f} MB</source>
        <translation>{size:.1f} MB</translation>
    </message>
    <message>
        <source>{sizes}: one of them lies on its side. Add --turn-mask {value} to turn the mask.</source>
        <translation>{sizes}：其中之一是横放的。请加上 --turn-mask {value} 以旋转遮罩。</translation>
    </message>
    <message>
        <source>{sizes}: one of them lies on its side. Leave out --turn-mask.</source>
        <translation>{sizes}：其中之一是横放的。请略去 --turn-mask。</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} 字节</translation>
    </message>
    <message>
        <source>{speed}, about {round} steps in {format_duration}</source>
        <translation>{speed}，{format_duration} 约 {round} 步</translation>
    </message>
    <message>
        <source>{steps} steps</source>
        <translation>{steps} 步</translation>
    </message>
    <message>
        <source>{system} is trained on crops of one size; leave out --more-sizes.</source>
        <translation>{system} 用同一大小的裁块训练；请略去 --more-sizes。</translation>
    </message>
    <message>
        <source>{system} is trained without label maps; leave out --labels.</source>
        <translation>{system} 训练时不用标签图；请略去 --labels。</translation>
    </message>
    <message>
        <source>{system} takes images of {min_side} px alone, not {size}; use that size.</source>
        <translation>{system} 只接受 {min_side} 像素的图像，而不是 {size}；请使用该大小。</translation>
    </message>
    <message>
        <source>{system} takes {needs}, not {size}; use {near}.</source>
        <translation>{system} 接受{needs}，而不是 {size}；请使用 {near}。</translation>
    </message>
    <message>
        <source>{texts} (the paper&apos;s network has {texts_2})</source>
        <translation>{texts}（论文的网络为 {texts_2}）</translation>
    </message>
    <message>
        <source>{text} That is little; {names} would help.</source>
        <translation>{text} 这很少；{names}会有帮助。</translation>
    </message>
    <message>
        <source>{text} The photos themselves agree with them by {sum:.2f}; fills can hardly agree more.</source>
        <translation>{text} 照片本身与它们的一致程度为 {sum:.2f}；填充很难更一致。</translation>
    </message>
    <message>
        <source>{text} is no turn; use 0, 90, 180, 270 or camera</source>
        <translation>{text} 不是旋转角度；请用 0、90、180、270 或 camera</translation>
    </message>
    <message>
        <source>{text} the candidate</source>
        <translation>{text}此候选</translation>
    </message>
    <message>
        <source>{text}; give label maps with --labels.</source>
        <translation>{text}；请用 --labels 给出标签图。</translation>
    </message>
    <message>
        <source>{text}; give maps with those alone, {hint}</source>
        <translation>{text}；请给出只含这些类别的标签图，{hint}</translation>
    </message>
    <message>
        <source>{text}; name the classes alike, {hint}</source>
        <translation>{text}；请使用相同的类别名称，{hint}</translation>
    </message>
    <message>
        <source>{things}: suggestion {index} of {count}.</source>
        <translation>{things}：建议 {index}，共 {count} 个。</translation>
    </message>
    <message>
        <source>{tip}.</source>
        <translation>{tip}。</translation>
    </message>
    <message>
        <source>{title} (Q takes the next shape)</source>
        <translation>{title}（按 Q 换下一种形状）</translation>
    </message>
    <message>
        <source>{title} (from nothing)</source>
        <translation>{title}（从零开始）</translation>
    </message>
    <message>
        <source>{title} (from the next start)</source>
        <translation>{title}（下次启动时生效）</translation>
    </message>
    <message>
        <source>{title} (no weights)</source>
        <translation>{title}（无权重）</translation>
    </message>
    <message>
        <source>{title} (recommended)</source>
        <translation>{title}（推荐）</translation>
    </message>
    <message>
        <source>{title} can only be downloaded by hand, from {pages}; then import it.</source>
        <translation>{title} 只能手动从 {pages} 下载；然后导入。</translation>
    </message>
    <message>
        <source>{title} can only be downloaded with a browser: {files}, from</source>
        <translation>{title} 只能用浏览器下载：{files}，来自</translation>
    </message>
    <message>
        <source>{title} cannot be exported to {kind} with this version of torch ({name}).</source>
        <translation>用此版本的 torch 无法把 {title} 导出为 {kind}（{name}）。</translation>
    </message>
    <message>
        <source>{title} cannot be exported to {kind}: its computation depends on the hole in a way that the format cannot hold.</source>
        <translation>{title} 无法导出为 {kind}：其计算依赖修复区的方式无法用该格式表示。</translation>
    </message>
    <message>
        <source>{title} cannot be exported to {kind}: {obstacle}.</source>
        <translation>{title} 无法导出为 {kind}：{obstacle}。</translation>
    </message>
    <message>
        <source>{title} cannot be loaded; import it again.</source>
        <translation>无法加载 {title}；请重新导入。</translation>
    </message>
    <message>
        <source>{title} cannot hold the photo&apos;s camera data or colour profile; save it as PNG to keep them.</source>
        <translation>{title} 无法保存照片的相机数据或颜色配置文件；请保存为 PNG 以保留。</translation>
    </message>
    <message>
        <source>{title} cannot hold the photo&apos;s transparent parts; save it as {names}.</source>
        <translation>{title} 无法保存照片的透明部分；请保存为 {names}。</translation>
    </message>
    <message>
        <source>{title} failed ({reason}); choose another model, and report this to its authors.</source>
        <translation>{title} 失败（{reason}）；请选择另一个模型，并向其作者报告。</translation>
    </message>
    <message>
        <source>{title} failed ({reason}); the training continues without it.</source>
        <translation>{title} 失败（{reason}）；训练不用它继续进行。</translation>
    </message>
    <message>
        <source>{title} fills again</source>
        <translation>{title} 重新用于填充</translation>
    </message>
    <message>
        <source>{title} fills only the middle of an image; leave out --holes and --masks.</source>
        <translation>{title} 只填充图像的正中；请略去 --holes 和 --masks。</translation>
    </message>
    <message>
        <source>{title} has no place for another attention block; choose another --model.</source>
        <translation>{title} 没有放置另一个注意力块的位置；请选择另一个 --model。</translation>
    </message>
    <message>
        <source>{title} has no setting &apos;{key}&apos;; {known}.</source>
        <translation>{title} 没有设置“{key}”；{known}。</translation>
    </message>
    <message>
        <source>{title} has no weights to export; import or get some first.</source>
        <translation>{title} 没有可导出的权重；请先导入或获取。</translation>
    </message>
    <message>
        <source>{title} has no weights yet. Get those that were published, or import files you have.</source>
        <translation>{title} 还没有权重。请获取已发布的权重，或导入您已有的文件。</translation>
    </message>
    <message>
        <source>{title} has no weights yet; &apos;inpaint-studio models info {name}&apos; says where they are published.</source>
        <translation>{title} 还没有权重；“inpaint-studio models info {name}”说明它们在何处发布。</translation>
    </message>
    <message>
        <source>{title} has no weights yet; get or import them in the Model panel.</source>
        <translation>{title} 还没有权重；请在模型面板中获取或导入。</translation>
    </message>
    <message>
        <source>{title} has no weights yet; import them, or choose another model.</source>
        <translation>{title} 还没有权重；请导入，或选择另一个模型。</translation>
    </message>
    <message>
        <source>{title} holds at most {max_side} pixels a side</source>
        <translation>{title} 每边最多 {max_side} 像素</translation>
    </message>
    <message>
        <source>{title} is filling</source>
        <translation>{title} 正在填充</translation>
    </message>
    <message>
        <source>{title} knows {count} ({names}{more})</source>
        <translation>{title} 认识 {count} 个类别（{names}{more}）</translation>
    </message>
    <message>
        <source>{title} needs no weights and has none.</source>
        <translation>{title} 不需要权重，也没有权重。</translation>
    </message>
    <message>
        <source>{title} needs the full build of Inpaint Studio, or weights that the full build exported as ONNX.</source>
        <translation>{title} 需要 Inpaint Studio 完整版，或由完整版导出为 ONNX 的权重。</translation>
    </message>
    <message>
        <source>{title} predicts no {only}; choose a model that does.</source>
        <translation>{title} 不预测 {only}；请选择能预测的模型。</translation>
    </message>
    <message>
        <source>{title} section</source>
        <translation>“{title}”部分</translation>
    </message>
    <message>
        <source>{title} takes images of {size} x {size} pixels alone, and this one has {width} x {height}; scale it, or fill it the usual way, in regions.</source>
        <translation>{title} 只接受 {size} x {size} 像素的图像，而此图像为 {width} x {height}；请缩放它，或按通常方式分区填充。</translation>
    </message>
    <message>
        <source>{title} takes sides that are multiples of {many} and {least} at least, not {side}.</source>
        <translation>{title} 接受的边长须为 {many} 的倍数且至少为 {least}，而不是 {side}。</translation>
    </message>
    <message>
        <source>{title} takes {fixed_size} x {fixed_size} pixels only.</source>
        <translation>{title} 只接受 {fixed_size} x {fixed_size} 像素。</translation>
    </message>
    <message>
        <source>{title} was not deleted: {explain_write_error}.</source>
        <translation>{title} 未删除：{explain_write_error}。</translation>
    </message>
    <message>
        <source>{title} was not saved: {explain_write_error}.</source>
        <translation>{title} 未保存：{explain_write_error}。</translation>
    </message>
    <message>
        <source>{title} · step {step}</source>
        <translation>{title} · 第 {step} 步</translation>
    </message>
    <message>
        <source>{title}: edges</source>
        <translation>{title}：边缘</translation>
    </message>
    <message>
        <source>{title}: nothing found, so the mask is black</source>
        <translation>{title}：没有找到，因此遮罩为黑色</translation>
    </message>
    <message>
        <source>{title}: the model that fills</source>
        <translation>{title}：用于填充的模型</translation>
    </message>
    <message>
        <source>{title}: {number} steps of {number_2} crops of {number_3} px</source>
        <translation>{title}：{number} 步，每步 {number_2} 个 {number_3} 像素的裁块</translation>
    </message>
    <message numerus="yes">
        <source>{title}: {n} parts</source>
        <translation>
            <numerusform>{title}：{n} 个部分</numerusform>
        </translation>
    </message>
    <message>
        <source>{tool}: {shape}.</source>
        <translation>{tool}：{shape}。</translation>
    </message>
    <message>
        <source>{trained_at} px</source>
        <translation>{trained_at} 像素</translation>
    </message>
    <message>
        <source>{tries} photos in a row cannot be read; are the shards whole, and still there?</source>
        <translation>连续 {tries} 张照片无法读取；分片是否完整，是否还在？</translation>
    </message>
    <message>
        <source>{unsaved} More time, or more photos of the same kind, may help.</source>
        <translation>{unsaved} 更多时间或更多同类照片可能会有帮助。</translation>
    </message>
    <message>
        <source>{use}.</source>
        <translation>{use}。</translation>
    </message>
    <message>
        <source>{use}: {terms}.</source>
        <translation>{use}：{terms}。</translation>
    </message>
    <message>
        <source>{value:.0f} % of the fill, {length:.0f} px away</source>
        <translation>填充的 {value:.0f} %，距离 {length:.0f} 像素</translation>
    </message>
    <message>
        <source>{value:.0f} % of the photo will be filled; if the mask is inverted, {remedy}.</source>
        <translation>将填充照片的 {value:.0f} %；如果遮罩是反的，请{remedy}。</translation>
    </message>
    <message>
        <source>{value:.0f} % of the photo would be filled; invert?</source>
        <translation>将填充照片的 {value:.0f} %；要反转吗？</translation>
    </message>
    <message>
        <source>{value:.0f} ms</source>
        <translation>{value:.0f} 毫秒</translation>
    </message>
    <message>
        <source>{value:.1f} steps a second</source>
        <translation>每秒 {value:.1f} 步</translation>
    </message>
    <message>
        <source>{value} channels cannot be shared among {count} &apos;rates&apos;.</source>
        <translation>{value} 个通道无法分配给 {count} 个“rates”。</translation>
    </message>
    <message>
        <source>{waiting} more to come</source>
        <translation>还有 {waiting} 个</translation>
    </message>
    <message>
        <source>{why}; {now}.</source>
        <translation>{why}；{now}。</translation>
    </message>
    <message>
        <source>±: standard deviation of KID over subsets. FID has no interval.</source>
        <translation>±：KID 在各子集上的标准差。FID 没有区间。</translation>
    </message>
    <message>
        <source>“seeds ±” is the standard deviation of the mean from seed to seed.</source>
        <translation>“种子 ±”为各种子之间均值的标准差。</translation>
    </message>
    <message>
        <source>“{actions}” has lost {key}.</source>
        <translation>“{actions}”不再使用 {key}。</translation>
    </message>
    <message>
        <source>★ is the best in its column. The letters beside a figure name the models that it is better than, and not by luck: by a randomisation test photo by photo at 95 %, corrected by Holm for all comparisons of the table. FID has no such test.</source>
        <translation>★ 为其列中最好的。数据旁的字母表示它优于哪些模型，且并非偶然：逐张照片作 95 % 随机化检验，对表中所有比较作 Holm 校正。FID 没有这种检验。</translation>
    </message>
</context>
</TS>
